"""Equity expense under ASC 718: awards and assessments in, expense by month and a journal that ties out to the cent."""
