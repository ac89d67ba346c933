import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SpecialView } from '../../../gateway/http/contract.ts'
import { unreadReasons } from '../../../rules/readings/special.ts'
import { call, queries, sendFile, useMe } from '../api.ts'
import { formatDay, formatUnit, plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Loaded, Note, Refusal } from '../parts/notes.tsx'
import { blobOf, smallPhoto } from '../round/post.ts'
import { useText } from '../text/index.ts'
import { SignDialog } from './SignDialog.tsx'
import { SpecialSheet } from './SpecialSheet.tsx'
import { specialKey } from './special.tsx'
import './byhand.css'

/** One form of readings: filled in, signed by both, and from then on a sheet for paper. */
import { useUnsaved } from '../leave.ts'
import { Back } from '../parts/Back.tsx'
export default function SpecialForm({ id }: { readonly id: string }) {
  const { t } = useText()
  const queryKey = [...specialKey, id]
  const query = useQuery({ queryKey, queryFn: () => call<SpecialView>(`special-readings/${encodeURIComponent(id)}`) })
  const put = (next: SpecialView) => {
    queries.setQueryData(queryKey, next)
    void queries.invalidateQueries({ queryKey: specialKey, exact: true })
  }
  return (
    <Page title={query.data ? t(`special.kinds.${query.data.kind}`) : t('special.title')} sub={query.data?.no}>
      <Loaded query={query} what={t('special.title')}>
        {form =>
          form.phase === 'draft' ? <Draft key={form.id} form={form} onPut={put} /> : <SpecialSheet form={form} />
        }
      </Loaded>
    </Page>
  )
}

type Line = SpecialView['lines'][number]
type Filled = Record<number, Partial<Pick<Line, 'index' | 'unread' | 'noPhoto' | 'remark'>>>
interface Props {
  readonly form: SpecialView
  readonly onPut: (next: SpecialView) => void
}

function Draft({ form, onPut }: Props) {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const [filled, setFilled] = useState<Filled>({})
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [open, setOpen] = useState<'sign' | 'withdraw' | null>(null)
  const path = `special-readings/${encodeURIComponent(form.id)}`
  const changed = Object.keys(filled).length > 0
  useUnsaved(changed)
  const lacks = new Set(form.wants.map(w => w.line))
  const run = async (work: () => Promise<SpecialView>): Promise<boolean> => {
    setBusy(true)
    setError(null)
    setSaved(false)
    try {
      onPut(await work())
      return true
    } catch (refused) {
      setError(refused)
      return false
    } finally {
      setBusy(false)
    }
  }
  const save = async () => {
    const lines = Object.entries(filled).map(([n, change]) => {
      const { index, unread, noPhoto, remark } = { ...form.lines[Number(n)]!, ...change }
      return { line: Number(n), index: index?.trim() ? index.trim() : null, unread, noPhoto, remark }
    })
    if (await run(() => call<SpecialView>(`${path}/lines`, { method: 'PUT', body: { lines } }))) {
      setFilled({})
      setSaved(true)
    }
  }
  const set = (n: number, change: Filled[number]) => {
    setSaved(false)
    setFilled({ ...filled, [n]: { ...filled[n], ...change } })
  }
  const picture = (n: number, file: File | undefined) => {
    if (file) void run(async () => sendFile<SpecialView>(`${path}/lines/${n}/photo`, blobOf(await smallPhoto(file))))
  }
  const why = changed ? t('special.unsaved') : lacks.size > 0 ? t('special.lacks', { n: lacks.size }) : null
  return (
    <div className="col g3">
      <div className="row wrap bar-h">
        <Back href="/readings/special">{t('special.back')}</Back>
        <span className="dim">
          {form.unit === null ? t('special.site') : form.unitName ? of(form.unitName) : plain(form.unit)} ·{' '}
          {formatDay(Date.parse(form.at), zone)}
        </span>
      </div>
      <Note icon="help">
        {t('special.outgoing')}
        {t('common.colon')}
        <bdi>{plain(form.outgoing) || t('special.none2')}</bdi> · {t('special.incoming')}
        {t('common.colon')}
        <bdi>{plain(form.incoming) || t('special.none2')}</bdi>. {t(form.splits ? 'special.splits' : 'special.same')}
      </Note>
      <ol className="bh-l" aria-label={t('special.lines')}>
        {form.lines.map((line, n) => (
          <li key={`${line.point} ${line.medium} ${line.register}`} className="card" data-line={n}>
            <LineHead line={line} whole={form.unit === null} />
            {line.gap ? (
              <Note sort="medium" icon="warn">
                {t(`special.gap.${line.gap}`)}
              </Note>
            ) : (
              <LineFields
                line={{ ...line, ...filled[n] }}
                n={n}
                form={form.id}
                lacks={lacks.has(n)}
                onSet={change => set(n, change)}
                onPhoto={file => picture(n, file)}
              />
            )}
          </li>
        ))}
      </ol>
      <Refusal error={error} />
      {saved ? (
        <Note sort="yes" icon="check" role="status">
          {t('special.saved')}
        </Note>
      ) : null}
      <div className="row wrap g2 bh-f">
        <Button
          blocked={away ?? (busy ? t('common.loading', { what: t('special.title') }) : null)}
          onClick={() => void save()}
        >
          {t('special.save')}
        </Button>
        <Button primary blocked={away ?? why} sayWhy onClick={() => setOpen('sign')}>
          {t('special.sign')}
        </Button>
        <span className="ml">
          <Button blocked={away} onClick={() => setOpen('withdraw')}>
            {t('special.withdraw')}
          </Button>
        </span>
      </div>
      {open === 'sign' ? <SignDialog form={form} onSigned={onPut} onClose={() => setOpen(null)} /> : null}
      {open === 'withdraw' ? <WithdrawDialog path={path} onPut={onPut} onClose={() => setOpen(null)} /> : null}
    </div>
  )
}

function LineHead({ line, whole }: { readonly line: Line; readonly whole: boolean }) {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const { before } = line
  return (
    <div className="row wrap g2">
      <b>
        {t(`readings.medium.${line.medium}`)}
        {line.register && line.register !== 'total' ? ` · ${t(`readings.register.${line.register}`)}` : ''}
      </b>
      {whole ? <span>{line.unitName ? of(line.unitName) : plain(line.unit)}</span> : null}
      {line.meter ? <span className="mono">{plain(line.meter)}</span> : null}
      {line.gap ? null : (
        <span className="dim">
          {before
            ? t('special.before', { index: before.index, day: formatDay(Date.parse(before.at), zone) })
            : t('special.noBefore')}
        </span>
      )}
    </div>
  )
}

interface LineProps {
  readonly line: Line
  readonly n: number
  readonly form: string
  readonly lacks: boolean
  readonly onSet: (change: Filled[number]) => void
  readonly onPhoto: (file: File | undefined) => void
}
function LineFields({ line, n, form, lacks, onSet, onPhoto }: LineProps) {
  const { t, of } = useText()
  const typed = line.index?.trim() ?? ''
  return (
    <>
      <div className="two">
        <Field
          label={t('special.index')}
          hint={formatUnit(line.indexUnit)}
          wrong={lacks && typed === '' && !line.unread ? t('common.lacks', { what: t('special.index') }) : null}
        >
          <input
            className="inp bh-i"
            name={`index-${n}`}
            inputMode="decimal"
            autoComplete="off"
            maxLength={17}
            value={line.index ?? ''}
            onChange={event => onSet({ index: event.target.value })}
          />
        </Field>
        <Field label={t('special.unread')}>
          <select
            className="inp"
            name={`unread-${n}`}
            disabled={typed !== ''}
            value={typed === '' ? (line.unread ?? '') : ''}
            onChange={event => onSet({ unread: (event.target.value || null) as Line['unread'] })}
          >
            <option value="">{t('special.read')}</option>
            {unreadReasons.map(reason => (
              <option key={reason} value={reason}>
                {t(`special.unreads.${reason}`)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      {line.doubt ? (
        <Note sort="medium" icon="warn" role="status">
          {of(line.doubt)}. {t('special.doubtful')}
        </Note>
      ) : null}
      <div className="row wrap g2">
        {line.photo ? (
          <img
            className="bh-p"
            src={`/api/v1/special-readings/${encodeURIComponent(form)}/photos/${line.photo}`}
            alt={t('special.photoOf', { meter: plain(line.meter ?? '') })}
          />
        ) : null}
        <label className="btn">
          {t(line.photo ? 'special.photoAnew' : 'special.photo')}
          <input
            type="file"
            className="sr"
            name={`photo-${n}`}
            accept="image/*"
            capture="environment"
            onChange={event => onPhoto(event.target.files?.[0])}
          />
        </label>
      </div>
      <div className="two">
        {line.photo ? null : (
          <Field label={t('special.noPhoto')}>
            <input
              className="inp"
              name={`nophoto-${n}`}
              maxLength={200}
              value={line.noPhoto}
              onChange={event => onSet({ noPhoto: event.target.value })}
            />
          </Field>
        )}
        <Field label={t('special.remark')}>
          <input
            className="inp"
            name={`remark-${n}`}
            maxLength={200}
            value={line.remark}
            onChange={event => onSet({ remark: event.target.value })}
          />
        </Field>
      </div>
    </>
  )
}

interface WithdrawProps {
  readonly path: string
  readonly onPut: (next: SpecialView) => void
  readonly onClose: () => void
}
function WithdrawDialog({ path, onPut, onClose }: WithdrawProps) {
  const { t } = useText()
  const [why, setWhy] = useState('')
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    try {
      onPut(await call<SpecialView>(`${path}/withdraw`, { method: 'POST', body: { why: why.trim() } }))
      onClose()
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <Dialog
      title={t('special.withdraw')}
      verb={t('special.withdraw')}
      blocked={why.trim() === '' ? t('common.lacks', { what: t('special.withdrawWhy') }) : null}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={t('special.withdrawWhy')}>
        <input className="inp" name="why" maxLength={200} value={why} onChange={event => setWhy(event.target.value)} />
      </Field>
    </Dialog>
  )
}
