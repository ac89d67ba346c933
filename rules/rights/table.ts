import { credentialFlow } from '../access/credential.ts'
import { visitFlow } from '../access/visit.ts'
import { batchFlow } from '../billing/batch.ts'
import { complaintFlow } from '../complaint.ts'
import { type Flow, type Role, roles } from '../flow.ts'
import { handoverFlow } from '../handover.ts'
import { tagFlow } from '../patrol/tag.ts'
import { type Permission, permissions } from '../permission.ts'
import { permitFlow } from '../permit/permit.ts'
import { specialFlow } from '../readings/special.ts'
import { registers } from '../registers/all.ts'
import { workorder } from '../workorder.ts'
import { flowWords, permissionWords, type Subject, subjects } from './words.ts'

interface Text {
  readonly 'zh-CN': string
  readonly en: string
}
/** `some`: in some phases of the record, not in all from which the move leads on. */
export type Grant = 'yes' | 'some' | 'no'
/** One line of the table of permissions. */
export interface Right {
  /** `pass.issue`, or flow and move: `workorder/accept`, `register-keys/give`. */
  readonly id: string
  readonly subject: Subject
  readonly name: Text
  readonly grants: Readonly<Record<Role, Grant>>
}

const flows: { readonly [F in keyof typeof flowWords]: Flow<string, string> } = {
  workorder,
  complaint: complaintFlow,
  credential: credentialFlow,
  visit: visitFlow,
  permit: permitFlow,
  handover: handoverFlow,
  'patrol-tag': tagFlow,
  'billing-batch': batchFlow,
  'special-reading': specialFlow,
}

/** Moves of registers are written as their buttons are, with a capital: behind a colon none stands. */
const join = (of: Text, what: Text): Text => ({
  'zh-CN': `${of['zh-CN']}：${what['zh-CN']}`,
  en: `${of.en}: ${what.en.replace(/^[A-Z](?![A-Z])/, first => first.toLowerCase())}`,
})
const granted = (to: (role: Role) => Grant): Right['grants'] =>
  Object.fromEntries(roles.map(role => [role, to(role)])) as Right['grants']
const among = (list: readonly Role[]) => granted(role => (list.includes(role) ? 'yes' : 'no'))

function movesOf(id: string, subject: Subject, name: Text, flow: Flow<string, string>, words: (move: string) => Text) {
  const byMove = new Map<string, (readonly Role[])[]>()
  for (const moves of Object.values(flow.moves))
    for (const [action, move] of Object.entries(moves))
      if (move) byMove.set(action, [...(byMove.get(action) ?? []), move.by])
  return [...byMove].map(([action, lists]): Right => {
    const grants = granted(role => {
      const n = lists.filter(list => list.includes(role)).length
      return n === 0 ? 'no' : n === lists.length ? 'yes' : 'some'
    })
    return { id: `${id}/${action}`, subject, name: join(name, words(action)), grants }
  })
}

/**
 * Every right there is, by subject: the permissions that routes ask for, and the moves of records, whose flows name their
 * roles themselves. Shown on the settings page and written to docs/permissions.md; the server decides by the same lists.
 */
export function rightsTable(): readonly Right[] {
  const asked = (Object.keys(permissions) as Permission[]).map((id): Right => {
    const [subject, name] = permissionWords[id]
    return { id, subject, name, grants: among(permissions[id]) }
  })
  const moves = (Object.keys(flows) as (keyof typeof flows)[]).flatMap(id => {
    const [subject, name, words] = flowWords[id]
    const of: Readonly<Record<string, Text>> = words
    return movesOf(id, subject, name, flows[id], action => of[action] ?? { 'zh-CN': action, en: action })
  })
  const kept = registers.flatMap(r => [
    {
      id: `register-${r.id}/keep`,
      subject: 'registers' as const,
      name: join(r.name, { 'zh-CN': '登记和修改', en: 'add and change' }),
      grants: among(r.keep),
    },
    // What the gateway itself does when an entry is due is nobody's.
    ...movesOf(`register-${r.id}`, 'registers', r.name, r.flow, action => r.moves[action]!.name).filter(
      right => right.id !== `register-${r.id}/${r.expires}`,
    ),
  ])
  const all = [...asked, ...moves, ...kept]
  return (Object.keys(subjects) as Subject[]).flatMap(subject => all.filter(right => right.subject === subject))
}
