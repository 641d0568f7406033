// SPDX-License-Identifier: GPL-2.0

@compatible@
@@
-"allwinner,sun50i-h616-mali"
+"arm,mali-bifrost"
