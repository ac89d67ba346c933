import { type ReactNode, useState } from 'react'
import { Button } from '../../../parts/Button.tsx'
import { Dialog } from '../../../parts/Dialog.tsx'
import { Note } from '../../../parts/notes.tsx'
import { useText } from '../../../text/index.ts'
import { type List, type NotifyEdit, usesOf, withItem } from './model.ts'

interface Props {
  readonly title: string
  readonly add: string
  readonly list: List
  readonly edit: NotifyEdit
  /** Why none can be added yet. */
  readonly needs?: string | null
  readonly dialog: (id: string | null, onDone: (said: string) => void, onClose: () => void) => ReactNode
  /** `actions`: the buttons of one, by its id and the name that people know it by. */
  readonly children: (actions: (id: string, name: string) => ReactNode) => ReactNode
}
/** A card of things that are added, changed and removed; what is used elsewhere says where, and stays. */
export function Editable({ title, add, list, edit, needs, dialog, children }: Props) {
  const { t } = useText()
  const [open, setOpen] = useState<{ readonly id: string | null } | null>(null)
  const [removing, setRemoving] = useState<{ readonly id: string; readonly name: string } | null>(null)
  const [done, setDone] = useState<string | null>(null)
  const begin = () => {
    setDone(null)
    edit.forget()
  }
  const close = () => {
    setOpen(null)
    setRemoving(null)
    edit.forget()
  }
  const remove = async () => {
    if (!removing || !(await edit.save(withItem(edit.file, list, removing.id, null)))) return
    close()
    setDone(t('notifyForm.removed', { what: removing.name }))
  }
  const actions = (id: string, name: string) => {
    const uses = usesOf(edit.file, list, id)
    const used =
      uses.length === 0
        ? null
        : t('notifyForm.used', {
            by: uses.map(one => (one === 'orders' ? t('notifyForm.rest') : one)).join(t('common.listSep')),
          })
    return (
      <>
        <Button
          small
          blocked={edit.blocked}
          aria-label={t('notifyForm.changeOne', { what: name })}
          onClick={() => {
            begin()
            setOpen({ id })
          }}
        >
          {t('notifyForm.change')}
        </Button>
        <Button
          small
          blocked={edit.blocked ?? used}
          aria-label={t('notifyForm.dropOne', { what: name })}
          onClick={() => {
            begin()
            setRemoving({ id, name })
          }}
        >
          {t('notifyForm.remove')}
        </Button>
      </>
    )
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{title}</h2>
        <span className="ml row">
          <Button
            small
            icon="plus"
            blocked={edit.blocked ?? needs}
            sayWhy
            onClick={() => {
              begin()
              setOpen({ id: null })
            }}
          >
            {add}
          </Button>
        </span>
      </div>
      {done === null ? null : (
        <div className="card-b">
          <Note sort="yes" icon="check" role="status">
            {done}
          </Note>
        </div>
      )}
      {children(actions)}
      {open
        ? dialog(
            open.id,
            id => {
              close()
              setDone(t('notifyForm.savedOne', { what: id }))
            },
            close,
          )
        : null}
      {removing ? (
        <Dialog
          title={t('notifyForm.removeAsk', { what: removing.name })}
          verb={t('notifyForm.remove')}
          blocked={edit.blocked}
          busy={edit.busy}
          error={edit.error}
          onDo={() => void remove()}
          onClose={close}
        >
          {t('notifyForm.removeWhy')}
        </Dialog>
      ) : null}
    </section>
  )
}
