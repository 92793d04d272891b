v2x_test(receiver NEEDS receiver)
v2x_test(receiver_knowledge NEEDS receiver)
v2x_test(rxclock NEEDS receiver)
