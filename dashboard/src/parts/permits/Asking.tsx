import { type ReactNode, useState } from 'react'
import { Dialog } from '../Dialog.tsx'

interface Props {
  readonly title: string
  readonly verb: string
  readonly blocked?: string | null
  /** Ends well, or throws what the gateway refuses with. */
  readonly send: () => Promise<unknown>
  readonly onClose: () => void
  readonly children?: ReactNode
}
/** A dialog that sends something once and closes; what the gateway refuses is said in it. */
export function Asking({ title, verb, blocked = null, send, onClose, children }: Props) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const go = async () => {
    setBusy(true)
    setError(null)
    try {
      await send()
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={title}
      verb={verb}
      blocked={blocked}
      busy={busy}
      error={error}
      onDo={() => void go()}
      onClose={onClose}
    >
      {children}
    </Dialog>
  )
}
