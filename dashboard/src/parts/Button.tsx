import { type ButtonHTMLAttributes, useId } from 'react'
import { useLink, useStorage } from '../live.ts'
import { useText } from '../text/index.ts'
import { Icon, type IconName } from './Icon.tsx'

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  readonly primary?: boolean
  readonly small?: boolean
  readonly icon?: IconName
  /** Why it can't be pressed. It is then drawn dashed with a lock, can still be reached by keyboard, and says why. */
  readonly blocked?: string | null | undefined
  /** Say the reason beside the button, not only when it is pointed at. */
  readonly sayWhy?: boolean
}

/** A button is ink, never a hue. Blocked ones say why, in their place. */
export function Button({ primary, small, icon, blocked, sayWhy, className = '', children, onClick, ...rest }: Props) {
  const id = useId()
  const look = blocked ? 'off' : primary ? 'pri' : ''
  return (
    <>
      <button
        type="button"
        {...rest}
        className={`btn ${look} ${small ? 'sm' : ''} ${className}`}
        aria-disabled={blocked ? true : undefined}
        aria-describedby={blocked ? id : undefined}
        title={blocked ?? undefined}
        onClick={event => {
          if (!blocked) onClick?.(event)
          else event.preventDefault()
        }}
      >
        {blocked ? <Icon name="lock" /> : icon ? <Icon name={icon} /> : null}
        {children}
      </button>
      {blocked ? (
        <span id={id} className={sayWhy ? 'why' : 'sr'}>
          {blocked}
        </span>
      ) : null}
    </>
  )
}

/** Why nothing can be asked of the gateway at present, or null. */
export function useLinkBlock(): string | null {
  const { t } = useText()
  return useLink().state === 'lost' ? t('common.blockedLink') : null
}

/** Why nothing can be put on record at present: no acknowledgement, no move of an order; or null. */
export function useRecordBlock(): string | null {
  const { t } = useText()
  const away = useLinkBlock()
  const { since } = useStorage()
  return away ?? (since === null ? null : t('storage.blocked'))
}
