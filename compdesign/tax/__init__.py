"""United States tax of pay and equity, for the years and states whose rates are data: estimates, not advice."""
