v2x_test(records NEEDS model)
v2x_test(walls NEEDS model)
