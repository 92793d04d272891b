v2x_test(sync_extrapolate NEEDS sync)
v2x_test(sync_view NEEDS sync)
v2x_test(sync_estimator NEEDS sync)
