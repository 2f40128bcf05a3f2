# SPDX-License-Identifier: MIT
# Prints the C++ program that stands in a README.
/^```/ { inside = ($0 == "```cpp"); next }
inside { print }
