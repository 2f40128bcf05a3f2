# SPDX-License-Identifier: MIT
# Turns the first @code block of a header into a test of that header. The header comes first, so that it is seen
# to stand on its own.
BEGIN {
    printf "#include \"ipcpp/%s.h\"\n\n", header
    print "#undef NDEBUG"
    print "#include <gtest/gtest.h>\n"
    print "#include <array>\n#include <cassert>\n#include <memory>\n#include <string_view>\n"
    print "#include \"ipcpp/ipcpp.h\"\n"
    printf "TEST(HeaderExample, %s) {\n", header
}
/^\/\/\/ @endcode/ { if (inside) { found = 1; exit } }
inside { sub(/^\/\/\/ ?/, ""); print }
/^\/\/\/ @code/ { inside = 1 }
END {
    if (!found) {
        print "static_assert(false, \"the header has no example\");"
    }
    print "}"
}
