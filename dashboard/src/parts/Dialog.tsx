import { type ReactNode, useRef, useState } from 'react'
import { useUnsaved } from '../leave.ts'
import { useText } from '../text/index.ts'
import { Button, useLinkBlock } from './Button.tsx'
import { Icon } from './Icon.tsx'
import { useModal } from './modal.ts'
import { Refusal } from './notes.tsx'

interface Props {
  readonly title: string
  readonly children: ReactNode
  /** The verb and its object; without it there is only 'close'. */
  readonly verb?: string
  /** What leaves it is called 'close' where the verb itself cancels something. */
  readonly leave?: 'close'
  /** A class of its own. */
  readonly look?: string
  readonly blocked?: string | null
  readonly busy?: boolean
  readonly error?: unknown
  readonly onDo?: () => void
  readonly onClose: () => void
}

/** A native dialog: it keeps the focus, and Esc closes it. */
export function Dialog({ title, children, verb, leave, look, blocked, busy = false, error, onDo, onClose }: Props) {
  const { t } = useText()
  const box = useRef<HTMLDialogElement>(null)
  const away = useLinkBlock()
  const why = away ?? blocked
  const [typed, setTyped] = useState(false)
  useUnsaved(typed && verb !== undefined, true)
  useModal(box)
  return (
    <dialog ref={box} className={look ? `dlg ${look}` : 'dlg'} onClose={onClose} aria-label={title}>
      <form
        onInput={() => setTyped(true)}
        onSubmit={event => {
          event.preventDefault()
          if (verb === undefined) onClose()
          else if (!why && !busy) onDo?.()
        }}
      >
        <h2 className="dlg-h">{title}</h2>
        <div className="dlg-b col g3">
          {children}
          <Refusal error={error} />
        </div>
        <div className="dlg-f">
          <button type="button" className="btn" onClick={onClose}>
            {t(verb === undefined || leave === 'close' ? 'common.close' : 'common.cancel')} <kbd>Esc</kbd>
          </button>
          {verb === undefined ? null : (
            <Button type="submit" primary blocked={why} sayWhy>
              {verb}
            </Button>
          )}
        </div>
      </form>
    </dialog>
  )
}

interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
  /** What is wrong with what was typed so far. */
  readonly wrong?: string | null
  readonly children: ReactNode
}
export const Field = ({ label, hint, wrong, children }: FieldProps) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
  <label className="fld">
    <span>
      {label}
      {hint ? <span className="dim3"> · {hint}</span> : null}
    </span>
    {children}
    {wrong ? (
      <span className="wrong" role="status">
        <Icon name="warn" /> {wrong}
      </span>
    ) : null}
  </label>
)

/** Fewest characters of a password, as the contract has it. */
export const PASSWORD_LEAST = 10
interface PasswordProps {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly onChange: (value: string) => void
}
/** A new password; says at once when it is still too short. */
export function NewPasswordField({ label, hint, value, onChange }: PasswordProps) {
  const { t } = useText()
  const lacks = PASSWORD_LEAST - value.length
  return (
    <Field
      label={label}
      hint={hint ?? t('people.passwordHint')}
      wrong={value !== '' && lacks > 0 ? t('people.passwordShort', { n: lacks }) : null}
    >
      <input
        className="inp"
        type="password"
        autoComplete="new-password"
        value={value}
        onChange={event => onChange(event.target.value)}
      />
    </Field>
  )
}
