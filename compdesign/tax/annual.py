"""Income and payroll tax of one person's year: federal, with the AMT on incentive options, and the states covered. An estimate."""

from dataclasses import dataclass

import numpy as np

from compdesign.errors import Problem, ScenarioError
from compdesign.quantities import FloatArray, PerPath
from compdesign.tax.rates import Filing, brackets, check_covered, not_published, rate, rates_year


@dataclass(frozen=True)
class TaxEstimate:
    """Dollars of one year, floats or arrays of the inputs' shape. income: what was received in cash or as vested shares, without the
    ISO spread. alternative_minimum: the AMT on top of the regular tax. notes: what the estimate leaves out, to be shown with it.
    """

    income: PerPath
    federal_ordinary: PerPath
    federal_capital_gains: PerPath
    alternative_minimum: PerPath
    net_investment: PerPath
    social_security: PerPath
    medicare: PerPath
    state_income: PerPath
    state_payroll: PerPath
    notes: tuple[str, ...]

    @property
    def federal(self) -> PerPath:
        """Federal income taxes together."""
        return self.federal_ordinary + self.federal_capital_gains + self.alternative_minimum + self.net_investment

    @property
    def total(self) -> PerPath:
        return self.federal + self.social_security + self.medicare + self.state_income + self.state_payroll

    @property
    def after_tax(self) -> PerPath:
        """Income less every tax; negative where an ISO spread is taxed and nothing was sold."""
        return self.income - self.total


def annual_tax(
    wages: PerPath,
    *,
    year: int,
    bonus: PerPath = 0.0,
    nso_spread: PerPath = 0.0,
    rsu_income: PerPath = 0.0,
    iso_spread: PerPath = 0.0,
    long_term_gain: PerPath = 0.0,
    disqualifying_income: PerPath = 0.0,
    state: str = "",
    filing: Filing = "single",
) -> TaxEstimate:
    """Tax of one year with the standard deduction and no other income, dollars; floats or arrays that broadcast.

    wages, bonus, nso_spread (value less strike at exercise, IRC 83(a), Reg. 1.83-7) and rsu_income (value at vesting) are wages for
    income and payroll tax. iso_spread: value less strike of ISO shares exercised and kept to the year's end; AMT alone (IRC 56(b)(3)).
    disqualifying_income: ordinary income of a disqualifying disposition, no payroll tax (IRC 421(b), 3121(a)(22)). long_term_gain: 0 or
    more. state: '' for federal alone. Raises ScenarioError for a year, state or filing status that is not covered, and for negative amounts.
    """
    check_covered(year, state, filing)
    _check_amounts(
        wages=wages,
        bonus=bonus,
        nso_spread=nso_spread,
        rsu_income=rsu_income,
        iso_spread=iso_spread,
        long_term_gain=long_term_gain,
        disqualifying_income=disqualifying_income,
    )
    payroll = wages + bonus + nso_spread + rsu_income
    ordinary = payroll + disqualifying_income
    gross = ordinary + long_term_gain
    deduction = rate(f"standard_deduction_{year}", filing)
    taxable = np.maximum(gross - deduction, 0.0)
    gain = np.minimum(long_term_gain, taxable)  # IRC 1(h): gains are the top of taxable income
    on_ordinary = brackets(f"ordinary_{year}", filing).tax(taxable - gain)
    gains = brackets(f"capital_gains_{year}", filing)
    on_gain = gains.tax(taxable) - gains.tax(taxable - gain)
    tentative = _tentative_minimum(gross + iso_spread, gain, taxable, year, filing)
    base = rate(f"social_security_base_{year}")
    medicare = rate("medicare_rate") * payroll + rate("additional_medicare_rate") * np.maximum(
        payroll - rate("additional_medicare_threshold", filing), 0.0
    )
    investment = np.minimum(long_term_gain, np.maximum(gross - rate("net_investment_threshold", filing), 0.0))  # IRC 1411(a)(1)
    return TaxEstimate(
        income=gross,
        federal_ordinary=on_ordinary,
        federal_capital_gains=on_gain,
        alternative_minimum=np.maximum(tentative - on_ordinary - on_gain, 0.0),  # IRC 55(a)
        net_investment=rate("net_investment_rate") * investment,
        social_security=rate("social_security_rate") * np.minimum(payroll, base),
        medicare=medicare,
        state_income=_state_income(gross, long_term_gain, year, state, filing),
        state_payroll=rate(f"CA_disability_{year}") * payroll if state == "CA" else 0.0 * payroll,
        notes=_notes(year, state, filing),
    )


def after_tax_years(
    wages: PerPath, first_year: int, *, state: str = "", filing: Filing = "single", **income: PerPath
) -> tuple[FloatArray, tuple[str, ...]]:
    """Income after tax [..., year] of consecutive calendar years, and what the estimates leave out.

    wages: dollars [..., year]; income: the other keywords of `annual_tax`, of the same shape or 0. Years after the last covered one are
    taxed at its rates, which the notes say. A future candidate value after tax takes these flows in place of pay.
    """
    rows, notes = [], {}
    for k in range(np.shape(wages)[-1]):
        year, assumed = rates_year(first_year + k)
        of_year = {name: amounts[..., k] if np.ndim(amounts) else amounts for name, amounts in income.items()}
        estimate = annual_tax(wages[..., k], year=year, state=state, filing=filing, **of_year)
        rows.append(np.asarray(estimate.after_tax))
        notes.update(dict.fromkeys((*estimate.notes, *filter(None, [assumed]))))
    return np.stack(np.broadcast_arrays(*rows), axis=-1), tuple(notes)


def _check_amounts(**amounts: PerPath) -> None:
    problems = [
        Problem(name, "holds a negative amount or none", "give dollars, 0 or more")
        for name, value in amounts.items()
        if not np.all((np.asarray(value) >= 0) & np.isfinite(value))
    ]
    if problems:
        raise ScenarioError(problems)


def amt_exemption(income: PerPath, year: int, filing: Filing = "single") -> PerPath:
    """The AMT exemption left at an AMT income, dollars (IRC 55(d)(3): 25 % of the excess is lost through 2025, 50 % from 2026)."""
    check_covered(year, filing=filing)
    lost = rate(f"amt_phase_out_rate_{year}") * np.maximum(income - rate(f"amt_phase_out_{year}", filing), 0.0)
    return np.maximum(rate(f"amt_exemption_{year}", filing) - lost, 0.0)


def _tentative_minimum(income: PerPath, gain: PerPath, taxable: PerPath, year: int, filing: Filing) -> PerPath:
    """Tentative minimum tax (IRC 55(b); Form 6251 part III). income: AMT income; the standard deduction is not allowed (IRC 56(b)(1)).
    Gains keep their rates, by the regular taxable income below them.
    """
    base = np.maximum(income - amt_exemption(income, year, filing), 0.0)
    flat, gains = brackets(f"amt_brackets_{year}", filing), brackets(f"capital_gains_{year}", filing)
    preferred = np.minimum(gain, base)
    below = taxable - gain
    split = flat.tax(base - preferred) + gains.tax(below + preferred) - gains.tax(below)
    return np.minimum(flat.tax(base), split)


def _state_income(gross: PerPath, gain: PerPath, year: int, state: str, filing: Filing) -> PerPath:
    if state == "CA":
        return _california(gross, year, filing)
    if state == "NY":
        return _new_york(gross, year, filing)
    if state == "WA":
        return brackets(f"WA_capital_gains_{year}").tax(gain)
    return 0.0 * gross


def _california(gross: PerPath, year: int, filing: Filing) -> PerPath:
    """R&TC 17041, 17043, less the exemption credit, which shrinks by steps of income (17054.1)."""
    taxable = np.maximum(gross - rate(f"CA_standard_deduction_{year}", filing), 0.0)
    over = np.maximum(gross - rate(f"CA_credit_phase_out_{year}", filing), 0.0)
    lost = rate("CA_credit_step", filing) * np.ceil(over / rate("CA_credit_step_width", filing))
    credit = np.maximum(rate(f"CA_exemption_credit_{year}", filing) - lost, 0.0)
    return np.maximum(brackets(f"CA_income_{year}", filing).tax(taxable) - credit, 0.0) + brackets("CA_surcharge").tax(taxable)


def _new_york(gross: PerPath, year: int, filing: Filing) -> PerPath:
    """Tax Law 601 with the recapture of lower brackets (601(d-1) on): from $107,650 of income the rate of the bracket is phased in on
    all income below it, and again above the start of each higher bracket, over $50,000 of income each time.
    """
    schedule = brackets(f"NY_income_{year}", filing)
    taxable = np.maximum(gross - rate("NY_standard_deduction", filing), 0.0)
    start, over = rate("NY_recapture_from"), rate("NY_recapture_over")
    first = max(k for k, each in enumerate(schedule.starts) if each <= start)
    back = np.maximum(schedule.rates[first] * taxable - schedule.tax(taxable), 0.0) * np.clip((gross - start) / over, 0.0, 1.0)
    for k in range(first + 1, len(schedule.starts)):
        step, below = schedule.starts[k], schedule.rates[k - 1]
        recaptured = below * step - schedule.tax(step) + (schedule.rates[k] - below) * step * np.clip((gross - step) / over, 0.0, 1.0)
        back = np.where(taxable > step, recaptured, back)
    return schedule.tax(taxable) + back


LEFT_OUT = {
    "": "State and local tax: not covered here.",
    "CA": "California: the state's own AMT on incentive options is not covered.",
    "NY": "New York: New York City and Yonkers tax, disability and family leave are not covered.",
    "TX": "Texas: no income tax.",
    "WA": "Washington: no tax on wages; paid leave and long-term care premiums are not covered.",
}


def _notes(year: int, state: str, filing: Filing) -> tuple[str, ...]:
    notes = [
        "An estimate: standard deduction, no dependants, no other income, resident all year; the credit for past AMT (IRC 53) is not covered.",
        LEFT_OUT[state],
        *(f"{each.title}: assumed, {each.source}." for each in not_published(year, state)),
    ]
    if filing == "separate":
        notes.append("Married filing separately: the AMT add-back of IRC 55(d)(3) is not covered.")
    return tuple(notes)
