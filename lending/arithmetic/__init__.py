"""The arithmetic of loans that pledges back, symbol by symbol; no Django here.

| symbol | meaning | where |
| --- | --- | --- |
| E | eligible base | `pool.eligible_base` |
| H, pace | what was honoured, and whether in time | `pool.pool_honour`, `pool.pace` |
| h* | conservative honour | `pool.conservative_honour` |
| L, n, APR | a loan's amount, months and yearly rate | `schedule.LoanTerms` |
| q | level monthly payment | `schedule.level_payment` |
| E, T, m | what stands behind a loan | `cover.Backing` |
| A | advance rate | `cover.Rung` |
| PSC | pledge-service cover | `cover.pledge_service_cover` |
| h0 | break-even honour | `cover.break_even_honour` |
| i0 | break-even new spending | `cover.break_even_spending` |
| L | what may be lent at most | `cover.limit` |
| s | share of a flexible repayment | `repayment.flexible_plan` |

`simulation` plays all of it by a seed: pledgers as `behaviour` draws them,
loans as `borrowing` keeps them, and `outcomes` counts what became of them.

Amounts are integer minor units of one currency with two decimals, as in
`pledges.amounts`. Rates are fractions of one (3.99% is `Decimal("0.0399")`).
Everything between is exact (`Fraction`), and an amount is rounded once, where
it becomes one: half to even, as `round` does. Functions refuse with a
ValueError what makes no sense: negative, zero, huge, fractional, a float.
"""
