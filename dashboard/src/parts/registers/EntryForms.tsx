import { useState } from 'react'
import type { RegisterEntryView } from '../../../../gateway/http/contract.ts'
import type { Around, Item, Register } from '../../../../rules/register.ts'
import { useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { useSend } from '../../registers.ts'
import { useText } from '../../text/index.ts'
import { useRecordBlock } from '../Button.tsx'
import { Dialog } from '../Dialog.tsx'
import { type Draft, FieldInput, givenOf, lacking } from './FieldInput.tsx'

interface FactsProps {
  readonly register: Register
  /** Null: a new one. */
  readonly entry: RegisterEntryView | null
  readonly onClose: () => void
  readonly onDone: (entry: RegisterEntryView) => void
}
/** What stands in an entry. */
export function FactsForm({ register, entry, onClose, onDone }: FactsProps) {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const { busy, error, send } = useSend(onDone)
  const [draft, setDraft] = useState<Draft>(
    () => entry?.values ?? register.begins?.({ now: serverNow(), zone } as Around) ?? {},
  )
  const lacks = lacking(register.fields, draft)
  const path = entry ? `register-entries/${entry.id}` : `registers/${register.id}`
  return (
    <Dialog
      title={entry ? t('registers.changeOf', { no: entry.no }) : t('registers.addOf', { name: of(register.name) })}
      verb={t('registers.save')}
      blocked={away ?? (lacks ? t('common.lacks', { what: of(lacks.name) }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send(path, givenOf(register.fields, draft), entry ? 'PUT' : 'POST')}
      onClose={onClose}
    >
      {register.fields.map(field => (
        <FieldInput
          key={field.key}
          field={field}
          draft={draft}
          set={(key, value) => setDraft({ ...draft, [key]: value })}
        />
      ))}
      {entry === null && register.fields.some(f => f.kind === 'photos') ? (
        <p className="dim">{t('registers.photosLater')}</p>
      ) : null}
    </Dialog>
  )
}

interface MoveProps {
  readonly register: Register
  readonly entry: RegisterEntryView
  readonly move: string
  readonly onClose: () => void
  readonly onDone: (entry: RegisterEntryView) => void
}
/** What a move asks, then the move. */
export function MoveForm({ register, entry, move, onClose, onDone }: MoveProps) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useSend(onDone)
  const { name, gives = [] } = register.moves[move]!
  const [draft, setDraft] = useState<Draft>(() =>
    Object.fromEntries(
      gives.flatMap(({ key, kind, of: goods }) =>
        kind === 'counts'
          ? [[key, ((entry.values[goods!] ?? []) as readonly Item[]).map(i => i.quantity - i.passed)]]
          : [],
      ),
    ),
  )
  const lacks = lacking(gives, draft)
  return (
    <Dialog
      title={`${of(name)} · ${entry.no}`}
      verb={of(name)}
      blocked={away ?? (lacks ? t('common.lacks', { what: of(lacks.name) }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send(`register-entries/${entry.id}/moves/${move}`, givenOf(gives, draft))}
      onClose={onClose}
    >
      <b>
        <bdi>{plain(entry.title)}</bdi>
      </b>
      {gives.map(field => (
        <FieldInput
          key={field.key}
          field={field}
          draft={draft}
          set={(key, value) => setDraft({ ...draft, [key]: value })}
          items={field.of ? ((entry.values[field.of] ?? []) as readonly Item[]) : []}
        />
      ))}
    </Dialog>
  )
}
