module github.com/vestibule-rs/vestibule/packaging/go

go 1.19
