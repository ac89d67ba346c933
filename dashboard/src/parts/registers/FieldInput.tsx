import type { Field as Described, Item } from '../../../../rules/register.ts'
import { useEquipment, useSpaces } from '../../api.ts'
import { plain } from '../../format.ts'
import { useEntries } from '../../registers.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'
import { Field } from '../Dialog.tsx'

export type Draft = Readonly<Record<string, unknown>>

/** What is sent of a draft: numbers as numbers, nothing where nothing was typed. */
export function givenOf(fields: readonly Described[], draft: Draft): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  for (const { key, kind } of fields) {
    const value = draft[key]
    if (kind === 'photos' || value === undefined || value === null || value === '') continue
    if (kind === 'whole' || kind === 'money') given[key] = Number(value)
    else if (kind === 'counts') given[key] = (value as readonly unknown[]).map(Number)
    else if (kind === 'items')
      given[key] = (value as readonly Item[])
        .filter(i => i.name.trim() !== '')
        .map(({ name, quantity, unit }) => ({ name, quantity: Number(quantity), unit }))
    else given[key] = value
  }
  return given
}
/** The first field that is still needed; null: all are there. */
export const lacking = (fields: readonly Described[], draft: Draft): Described | null => {
  const given = givenOf(fields, draft)
  return (
    fields.find(({ key, kind, required }) => {
      if (!required || kind === 'photos') return false
      const value = given[key]
      return value === undefined || value === false || (Array.isArray(value) && value.length === 0)
    }) ?? null
  )
}

interface Props {
  readonly field: Described
  readonly draft: Draft
  readonly set: (key: string, value: unknown) => void
  /** Of counts: the goods that they count. */
  readonly items?: readonly Item[]
}
/** One field of a form, by its description. */
export function FieldInput({ field, draft, set, items = [] }: Props) {
  const { t, of } = useText()
  const { key, kind, name, unit, required, most } = field
  const value = draft[key]
  const text = value === undefined || value === null ? '' : String(value)
  const put = (event: { readonly target: { readonly value: string } }) => set(key, event.target.value)
  const label = of(name)
  const hint =
    [unit ? of(unit) : '', required ? '' : t('intake.optional')].filter(w => w !== '').join(' · ') || undefined
  if (kind === 'photos') return null
  if (kind === 'tick')
    return (
      <label className="row tick">
        <input type="checkbox" checked={value === true} onChange={event => set(key, event.target.checked)} />
        {label}
      </label>
    )
  if (kind === 'items')
    return <ItemsInput label={label} items={(value ?? []) as readonly Item[]} set={list => set(key, list)} />
  if (kind === 'counts') {
    const counts = (value ?? items.map(i => i.quantity - i.passed)) as readonly (number | string)[]
    return (
      <fieldset className="rg-items" aria-label={label}>
        <legend>{label}</legend>
        {items.map((item, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: counts go by the place of their line
          <label className="row" key={i}>
            <span className="grow">
              {plain(item.name)}{' '}
              <span className="dim">
                {t('registers.left', { n: item.quantity - item.passed, unit: plain(item.unit) })}
              </span>
            </span>
            <input
              className="inp rg-n"
              inputMode="numeric"
              value={String(counts[i] ?? 0)}
              onChange={event =>
                set(
                  key,
                  counts.map((n, at) => (at === i ? event.target.value : n)),
                )
              }
            />
          </label>
        ))}
      </fieldset>
    )
  }
  if (kind === 'choice' || kind === 'space' || kind === 'equipment' || kind === 'record')
    return (
      <Field label={label} hint={hint}>
        <Choice field={field} value={text} set={chosen => set(key, chosen)} />
      </Field>
    )
  if (kind === 'long')
    return (
      <Field label={label} hint={hint}>
        <textarea className="inp" rows={3} maxLength={most ?? 1000} value={text} onChange={put} />
      </Field>
    )
  return (
    <Field label={label} hint={hint}>
      <input
        className="inp"
        type={kind === 'date' ? 'date' : 'text'}
        inputMode={kind === 'whole' ? 'numeric' : kind === 'money' ? 'decimal' : undefined}
        maxLength={kind === 'text' ? (most ?? 100) : 12}
        value={text}
        onChange={put}
      />
    </Field>
  )
}

interface ChoiceProps {
  readonly field: Described
  readonly value: string
  readonly set: (value: string) => void
}
function Choice({ field, value, set }: ChoiceProps) {
  const { of } = useText()
  const { kind, choices = {} } = field
  const spaces = useSpaces()
  const equipment = useEquipment().data ?? []
  const records = useEntries(field.of ?? '', true, kind === 'record').data ?? []
  const options: readonly (readonly [string, string])[] =
    kind === 'choice'
      ? Object.entries(choices).map(([id, word]) => [id, of(word)] as const)
      : kind === 'space'
        ? [...spaces.values()].map(s => [s.id, of(s.name)] as const)
        : kind === 'equipment'
          ? equipment.map(e => [e.id, of(e.name)] as const)
          : records.map(r => [r.no, `${r.no} · ${plain(r.title)} · ${of(r.phaseName)}`] as const)
  return (
    <select className="inp" value={value} onChange={event => set(event.target.value)}>
      <option value="">—</option>
      {options.map(([id, word]) => (
        <option key={id} value={id}>
          {word}
        </option>
      ))}
    </select>
  )
}

interface ItemsProps {
  readonly label: string
  readonly items: readonly Item[]
  readonly set: (items: readonly Item[]) => void
}
function ItemsInput({ label, items, set }: ItemsProps) {
  const { t } = useText()
  const fresh = { name: '', quantity: 1, unit: '', passed: 0 }
  const rows = items.length === 0 ? [fresh] : items
  const change = (at: number, part: Partial<Record<keyof Item, unknown>>) =>
    set(rows.map((row, i) => (i === at ? ({ ...row, ...part } as Item) : row)))
  const names = { name: t('registers.itemName'), quantity: t('registers.itemCount'), unit: t('registers.itemUnit') }
  return (
    <fieldset className="rg-items" aria-label={label}>
      <legend>{label}</legend>
      {rows.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; what is typed moves with it
        <div className="row" key={i}>
          {(['name', 'quantity', 'unit'] as const).map(part => (
            <input
              key={part}
              className={part === 'name' ? 'inp grow' : 'inp rg-n'}
              aria-label={`${names[part]} ${i + 1}`}
              placeholder={names[part]}
              maxLength={part === 'name' ? 100 : 10}
              inputMode={part === 'quantity' ? 'numeric' : undefined}
              value={String(row[part])}
              onChange={event => change(i, { [part]: event.target.value })}
            />
          ))}
        </div>
      ))}
      <Button small icon="plus" onClick={() => set([...rows, fresh])}>
        {t('registers.itemAdd')}
      </Button>
    </fieldset>
  )
}
