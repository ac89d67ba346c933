import type { Tariff } from '../../rules/billing/tariff.ts'
import { microOf, type RegisterCode, registerCodes } from '../../rules/readings/book.ts'
import { startOfDay } from '../readings/days.ts'
import type { Site } from '../site/site.ts'

/**
 * The tariffs of site.json as prices of registers. One by time of use has none for the total, and one price for all hours
 * none for the tariff registers: a meter that cannot count what a tariff asks for gets no amount.
 */
export const tariffsOf = ({ tariffs, timezone }: Pick<Site, 'tariffs' | 'timezone'>): Tariff[] =>
  tariffs.flatMap(({ kind: medium, use, currency, prices }) =>
    prices.flatMap(({ from: day, price, periods }) => {
      const from = startOfDay(day, timezone)
      if (from === null) return []
      const of = (register: RegisterCode): number | null =>
        microOf((register === 'total' ? price : periods?.find(p => p.period === register)?.price) ?? '')
      return registerCodes.map(
        (register): Tariff => ({ medium, uses: [use], register, micro: of(register), currency, from }),
      )
    }),
  )
