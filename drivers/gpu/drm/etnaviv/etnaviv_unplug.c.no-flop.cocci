// SPDX-License-Identifier: GPL-2.0

@no_flop@
identifier priv;
@@
-	if (priv->flop_reset_data_ppu)
-		etnaviv_cmdbuf_free(priv->flop_reset_data_ppu);
-	kfree(priv->flop_reset_data_ppu);
