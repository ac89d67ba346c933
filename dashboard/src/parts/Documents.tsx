import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DocumentKind, DocumentView } from '../../../gateway/http/contract.ts'
import { call, type Items, queries, sendFile, useMay, useMe } from '../api.ts'
import { formatDay, formatNumber, plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Empty, Loaded } from './notes.tsx'

const kinds: readonly DocumentKind[] = ['manual', 'drawing', 'acceptance', 'certificate', 'other']
/** As the gateway takes them. */
const MOST_BYTES = 20_000_000
const ACCEPT = 'application/pdf,image/png,image/jpeg'
const pathOf = (equipment: string) => `equipment/${encodeURIComponent(equipment)}/documents`
const again = (equipment: string) => queries.invalidateQueries({ queryKey: ['documents', equipment] })

/** Manuals, drawings and acceptance sheets of one piece of equipment: listed, taken away as files, added and removed. */
export function Documents({ equipment }: { readonly equipment: string }) {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['documents', equipment],
    queryFn: async () => (await call<Items<DocumentView>>(pathOf(equipment))).items,
  })
  const away = useRecordBlock()
  const may = useMay('document.manage')
  const blocked = away ?? (may ? null : t('documents.blockedRole'))
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<DocumentView | null>(null)
  return (
    <section className="card" aria-label={t('documents.title')}>
      <div className="card-h">
        <h2>{t('documents.title')}</h2>
        <span className="ml">
          <Button small icon="plus" blocked={blocked} onClick={() => setAdding(true)}>
            {t('documents.add')}
          </Button>
        </span>
      </div>
      <Loaded query={query} what={t('documents.title')}>
        {list =>
          list.length === 0 ? (
            <Empty title={t('documents.none')} why={t('documents.noneWhy')} />
          ) : (
            <ul className="lst">
              {list.map(one => (
                <Row key={one.id} document={one} blocked={blocked} onRemove={() => setRemoving(one)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding ? <Add equipment={equipment} onClose={() => setAdding(false)} /> : null}
      {removing ? <Remove document={removing} blocked={blocked} onClose={() => setRemoving(null)} /> : null}
    </section>
  )
}

interface RowProps {
  readonly document: DocumentView
  readonly blocked: string | null
  readonly onRemove: () => void
}
function Row({ document: one, blocked, onRemove }: RowProps) {
  const { t, lang } = useText()
  const { site } = useMe()
  const kb = Math.max(1, Math.round(one.bytes / 1000))
  const size =
    kb < 1000
      ? t('documents.sizeSmall', { n: formatNumber(kb, lang) })
      : t('documents.size', { n: formatNumber(one.bytes / 1_000_000, lang, 1) })
  return (
    <li data-document={one.id}>
      <div className="grow">
        <a
          href={`/api/v1/${pathOf(one.equipment)}/${encodeURIComponent(one.id)}`}
          download={one.name}
          className="link"
          aria-label={t('documents.download', { what: plain(one.title) })}
        >
          <bdi>{plain(one.title)}</bdi>
        </a>
        <div className="cap">
          {t(`documents.kinds.${one.kind}`)} · {size} · {formatDay(Date.parse(one.at), site.timezone)} ·{' '}
          <bdi>{plain(one.by)}</bdi>
        </div>
      </div>
      <Button
        small
        blocked={blocked}
        aria-label={t('documents.removeLabel', { what: plain(one.title) })}
        onClick={onRemove}
      >
        {t('documents.remove')}
      </Button>
    </li>
  )
}

function Add({ equipment, onClose }: { readonly equipment: string; readonly onClose: () => void }) {
  const { t } = useText()
  const away = useRecordBlock()
  const [file, setFile] = useState<File | null>(null)
  const [kind, setKind] = useState<DocumentKind>('manual')
  const [title, setTitle] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const large = file !== null && file.size > MOST_BYTES ? t('documents.tooLarge') : null
  const choose = (chosen: File | undefined) => {
    setFile(chosen ?? null)
    if (chosen && title.trim() === '') setTitle(chosen.name.slice(0, 120))
  }
  const send = async () => {
    if (!file) return
    setBusy(true)
    setError(null)
    try {
      await sendFile(`${pathOf(equipment)}?${new URLSearchParams({ kind, title: title.trim() })}`, file)
      await again(equipment)
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('documents.add')}
      verb={t('documents.add')}
      blocked={away ?? large ?? (file === null || title.trim() === '' ? t('documents.needFile') : null)}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={t('documents.file')} hint={t('documents.fileHint')} wrong={large}>
        <input className="inp" type="file" accept={ACCEPT} onChange={event => choose(event.target.files?.[0])} />
      </Field>
      <Field label={t('documents.kind')}>
        <select className="inp" value={kind} onChange={event => setKind(event.target.value as DocumentKind)}>
          {kinds.map(one => (
            <option key={one} value={one}>
              {t(`documents.kinds.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('documents.name')}>
        <input className="inp" maxLength={120} value={title} onChange={event => setTitle(event.target.value)} />
      </Field>
    </Dialog>
  )
}

interface RemoveProps {
  readonly document: DocumentView
  readonly blocked: string | null
  readonly onClose: () => void
}
function Remove({ document: one, blocked, onClose }: RemoveProps) {
  const { t } = useText()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const remove = async () => {
    setBusy(true)
    setError(null)
    try {
      await call(`${pathOf(one.equipment)}/${encodeURIComponent(one.id)}`, { method: 'DELETE' })
      await again(one.equipment)
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('documents.removeAsk', { what: plain(one.title) })}
      verb={t('documents.remove')}
      blocked={blocked}
      busy={busy}
      error={error}
      onDo={() => void remove()}
      onClose={onClose}
    >
      {t('documents.removeWhy')}
    </Dialog>
  )
}
