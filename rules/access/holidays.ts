/**
 * Public holidays of mainland China and the weekend days worked for them [调休], as the General Office of the State Council
 * announces them each November. A site takes them into its `calendar`; a year that is not here yet is to be added there.
 */
export interface HolidayYear {
  readonly year: number
  readonly source: string
  /** From and to, both days off. */
  readonly off: readonly (readonly [from: string, to: string])[]
  readonly worked: readonly string[]
}

export const holidaysCn: readonly HolidayYear[] = [
  {
    year: 2026,
    source: '国务院办公厅关于2026年部分节假日安排的通知（2025年11月4日）',
    off: [
      ['2026-01-01', '2026-01-03'],
      ['2026-02-15', '2026-02-23'],
      ['2026-04-04', '2026-04-06'],
      ['2026-05-01', '2026-05-05'],
      ['2026-06-19', '2026-06-21'],
      ['2026-09-25', '2026-09-27'],
      ['2026-10-01', '2026-10-07'],
    ],
    worked: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
]

/** The same as a site writes it in `calendar`. */
export function calendarCn(years = holidaysCn): { readonly holidays: string[]; readonly workdays: string[] } {
  const holidays: string[] = []
  for (const { off } of years)
    for (const [from, to] of off)
      for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000)
        holidays.push(new Date(at).toISOString().slice(0, 10))
  return { holidays, workdays: years.flatMap(y => [...y.worked]) }
}
