module ryuk-double

go 1.24
