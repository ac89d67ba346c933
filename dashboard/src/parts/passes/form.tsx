import { useRef, useState } from 'react'
import { passesChanged } from '../../access.ts'
import { newKey, post } from '../../api.ts'
import { Field } from '../Dialog.tsx'

/** The forms of people and passes: each makes one thing, once, however often it is pressed. */
export interface Close {
  readonly onClose: () => void
}
export function useForm<T extends Record<string, string>>(first: T) {
  const key = useRef(newKey())
  const [form, setForm] = useState(first)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (change: Partial<T>) => {
    key.current = newKey()
    setForm({ ...form, ...change })
  }
  const send = async <A,>(path: string, body: object, then: (answer: A) => void) => {
    setBusy(true)
    setError(null)
    try {
      const answer = await post<A>(path, body, key.current)
      await passesChanged()
      then(answer)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const input = (
    field: keyof T & string,
    label: string,
    more: { hint?: string; type?: string; most?: number } = {},
  ) => (
    <Field label={label} hint={more.hint}>
      <input
        className="inp"
        name={field}
        type={more.type ?? 'text'}
        maxLength={more.most ?? 64}
        autoComplete="off"
        value={form[field]}
        onChange={event => set({ [field]: event.target.value } as Partial<T>)}
      />
    </Field>
  )
  const choice = (
    field: keyof T & string,
    label: string,
    options: readonly (readonly [string, string])[],
    hint?: string,
  ) => (
    <Field label={label} hint={hint}>
      <select
        className="inp"
        name={field}
        value={form[field]}
        onChange={event => set({ [field]: event.target.value } as Partial<T>)}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  )
  return { form, set, busy, error, send, input, choice }
}
export const given = (form: Record<string, string>, ...fields: string[]) =>
  Object.fromEntries(fields.flatMap(field => (form[field]?.trim() ? [[field, form[field].trim()]] : [])))
