# Checks of the sources themselves, as tests: quick, and the same that scripts/check runs.
add_test(NAME check_arrows COMMAND "${PROJECT_SOURCE_DIR}/scripts/check-arrows")
add_test(NAME check_format COMMAND "${PROJECT_SOURCE_DIR}/scripts/check-format")
add_test(NAME check_docs COMMAND "${PROJECT_SOURCE_DIR}/scripts/check-docs" --tandem "$<TARGET_FILE:tandem>")
# A fault planted in a copy of the tree must be found, else the checks above prove nothing.
add_test(NAME check_arrows_finds_faults COMMAND "${PROJECT_SOURCE_DIR}/tests/check_arrows_test.sh")
# The picture in README.md is what the demo prints; the demo itself is run by this, too.
add_test(NAME check_demo_recording COMMAND "${PROJECT_SOURCE_DIR}/scripts/record-demo" --check --no-bootstrap --built "${PROJECT_BINARY_DIR}")
set_tests_properties(check_demo_recording PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
