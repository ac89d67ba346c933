import type { Text } from '../../drivers/point.ts'
import { blocks } from '../../rules/readings/period.ts'
import { findings } from '../../rules/readings/quality.ts'
import { toRoles } from '../alarms/caseduty.ts'
import { fill } from '../core/errors.ts'
import type { Entry } from '../core/events.ts'
import type { Duty, NotifyConfig } from '../out/notify/config.ts'
import type { Told } from '../out/notify/message.ts'

const nothing: Text = { 'zh-CN': '', en: '' }
type Blocked = { readonly unit: string; readonly line: string; readonly why: string }

/**
 * Whom a line of the trail about a batch goes to; null: nobody. Whoever approves hears that the calendar has prepared one and
 * what blocks it; and that one does not arrive. [M03]
 */
export function batchDuty(
  entry: Entry,
  orders: NotifyConfig['orders'],
  base: Pick<Told, 'at' | 'site' | 'timezone' | 'seq'>,
): Duty | null {
  const said =
    entry.action === 'scheduled' ? preparedText(entry) : entry.action === 'delivery-stuck' ? stuckText(entry) : null
  const to = said && toRoles(orders, ['manager'])
  if (!said || !to) return null
  const told: Told = {
    ...{ alarm: entry.id, severity: said.open ? 'medium' : 'low', event: 'escalated', text: said.text, ...base },
    ...{ equipmentName: nothing, space: null },
    about: { kind: 'billing-batch', no: entry.id, clock: entry.action, head: said.head },
  }
  return { told, to }
}

function preparedText({ id, data }: Entry): { readonly head: Text; readonly text: Text; readonly open: boolean } {
  const { lines, open, blocked } = data as { lines: number; open: number; blocked: readonly Blocked[] }
  const why = (language: 'zh-CN' | 'en') =>
    blocked
      .map(
        b => `${b.unit} ${b.line} ${({ ...blocks, ...findings } as Record<string, Text>)[b.why]?.[language] ?? b.why}`,
      )
      .join(language === 'en' ? '; ' : '；')
  const more = open > blocked.length
  return {
    head: { 'zh-CN': `计费批次 ${id} 已编制`, en: `BATCH ${id} is prepared` },
    text:
      open === 0
        ? {
            'zh-CN': `${lines} 行，无未决项，请查看并批准`,
            en: fill('{lines} {lines, line|lines}, nothing open: look through it and approve', { lines }),
          }
        : {
            'zh-CN': `${lines} 行，另有 ${open} 个计量点待处理：${why('zh-CN')}${more ? ' 等' : ''}`,
            en: `${fill('{lines} {lines, line|lines}, and {open} {open, point|points} to be decided', { lines, open })}: ${why('en')}${more ? ' and more' : ''}`,
          },
    open: open > 0,
  }
}

function stuckText({ id, data }: Entry): { readonly head: Text; readonly text: Text; readonly open: boolean } {
  const {
    where,
    tries,
    why = '',
    detail = '',
  } = data as { where: string; tries: number; why?: string; detail?: string }
  return {
    head: { 'zh-CN': `计费批次 ${id} 未送达`, en: `BATCH ${id} does not arrive` },
    text: {
      'zh-CN': `送往 ${where} 已试 ${tries} 次（${why} ${detail}），请处理`,
      en: `to ${where}, ${fill('tried {tries} {tries, time|times}', { tries })} (${why} ${detail}): see to it`,
    },
    open: true,
  }
}
