import type { Decision } from '../../rules/access/decide.ts'
import type { DoorMode } from '../../rules/access/doormode.ts'
import { outcomes } from '../../rules/access/outcome.ts'
import { personRole } from '../../rules/access/personrole.ts'
import { fill } from '../core/errors.ts'
import type { Text } from './contract.ts'
import type { Deps } from './deps.ts'

const t = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
const modes: Partial<Readonly<Record<DoorMode, Text>>> = {
  'fire-release': t('消防释放', 'released by fire'),
  'local-egress': t('出门按钮', 'exit button'),
  maintenance: t('检修常开', 'open for maintenance'),
  override: t('手动常开', 'opened by hand'),
  'scheduled-unlock': t('按时间表常开', 'open by schedule'),
}
/** Each word of a list by its name, the rest of it as it is. */
const each = (list: string, nameOf: (word: string) => Text): Text => {
  const parts = list.split(/( \+ |, )/)
  const inOne = (lang: 'zh-CN' | 'en') =>
    parts
      .map((part, i) => (i % 2 === 0 ? nameOf(part)[lang] : lang === 'zh-CN' && part === ', ' ? '、' : part))
      .join('')
  return t(inOne('zh-CN'), inOne('en'))
}

/** The name of a door, or of a gate with a guard: both stand in events. Null: the site knows it no more. */
export function nameOfDoor(deps: Pick<Deps, 'plant'>, id: string): Text | null {
  const access = deps.plant()?.site.access
  return access?.doors.get(id)?.name ?? access?.gates.get(id)?.name ?? null
}

/** An outcome in words, as whoever stands before the door has to understand it: doors, roles and modes by their names. */
export function outcomeText(deps: Pick<Deps, 'plant'>, { outcome, facts }: Pick<Decision, 'outcome' | 'facts'>): Text {
  const doorName = (id: string): Text => nameOfDoor(deps, id) ?? t(id, id)
  const named: Record<string, string | number | Text> = { ...facts }
  if (typeof facts.roles === 'string') named.roles = each(facts.roles, personRole)
  // Certificates are of trades, and those have names.
  if (typeof facts.certificate === 'string') named.certificate = personRole(facts.certificate)
  if (typeof facts.doors === 'string') named.doors = each(facts.doors, doorName)
  if (typeof facts.door === 'string') named.door = doorName(facts.door)
  if (typeof facts.mode === 'string') named.mode = modes[facts.mode as DoorMode] ?? t(facts.mode, facts.mode)
  return t(fill(outcomes[outcome]['zh-CN'], named, 'zh-CN'), fill(outcomes[outcome].en, named))
}
