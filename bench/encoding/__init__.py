"""The comparison of encoders: engines, models, texts, what was measured, page and roofline."""
