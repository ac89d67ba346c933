import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import type { IntakeMade, IntakePlaceView, ReceiptView } from '../../../gateway/http/contract.ts'
import { ApiError, call, post } from '../api.ts'
import { ArriveHere } from '../parts/ArriveHere.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded, Note, Refusal } from '../parts/notes.tsx'
import { type ReportDraft, ReportFields } from '../parts/ReportFields.tsx'
import { LangSwitch, ThemeSwitch } from '../parts/switches.tsx'
import { useText } from '../text/index.ts'

/** The pages of whoever has not signed in: what the code on a piece of equipment opens, and the receipt of a report. */
export default function PublicReport({ path }: { readonly path: string }) {
  const [, page = '', token = ''] = path.split('/')
  const [at, setAt] = useState({ page, token })
  const go = (receipt: string) => {
    // To be kept as a bookmark; going back must not report it twice.
    history.replaceState(null, '', `/receipt/${receipt}`)
    setAt({ page: 'receipt', token: receipt })
  }
  return at.page === 'receipt' ? <Receipt receipt={at.token} /> : <Intake token={at.token} onMade={go} />
}

export function Sheet({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { t } = useText()
  useEffect(() => {
    document.title = `${title} · ${t('brand')}`
  })
  return (
    <div className="si">
      <main>
        <div className="si-b row">
          <Icon name="brand" />
          <div>
            <b>{t('brand')}</b>
          </div>
          <span className="ml row">
            <LangSwitch long />
            <ThemeSwitch />
          </span>
        </div>
        <section className="card">
          <div className="card-b col g4">
            <h1 className="h1">{title}</h1>
            {children}
          </div>
        </section>
      </main>
    </div>
  )
}

/** Whoever opened a link that is not good is told what to do about it, not the gateway's words for it. */
export function Known<T>({ why, ...props }: Parameters<typeof Loaded<T>>[0] & { readonly why: string }) {
  const { t } = useText()
  const { data, error } = props.query
  return !data && error instanceof ApiError && [400, 404].includes(error.status) ? (
    <div role="alert">
      <Empty icon="help" title={t('intake.unknown')} why={why} />
    </div>
  ) : (
    <Loaded {...props} />
  )
}

interface IntakeProps {
  readonly token: string
  readonly onMade: (receipt: string) => void
}
function Intake({ token, onMade }: IntakeProps) {
  const { t, of } = useText()
  const place = useQuery({
    queryKey: ['intake', token],
    queryFn: () => call<IntakePlaceView>(`intake/${encodeURIComponent(token)}`),
    retry: false,
  })
  const [form, setForm] = useState<ReportDraft>({ text: '', nature: 'other', name: '', phone: '' })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    if (busy) return
    if (form.text.trim() === '') return setError(new Error(t('common.lacks', { what: t('intake.text') })))
    setBusy(true)
    setError(null)
    try {
      const made = await post<IntakeMade>(`intake/${encodeURIComponent(token)}`, { ...form, text: form.text.trim() })
      onMade(made.receipt)
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Sheet title={t('intake.new')}>
      <Known query={place} what={t('intake.code')} why={t('intake.unknownWhy')}>
        {({ site, equipmentName, space }) => (
          <form
            className="col g4"
            onSubmit={event => {
              event.preventDefault()
              void send()
            }}
          >
            <div>
              <b>{of(equipmentName)}</b>
              <div className="dim">
                {of(site)}
                {space ? ` · ${of(space)}` : ''}
              </div>
            </div>
            <ArriveHere token={token} />
            <ReportFields draft={form} set={change => setForm({ ...form, ...change })} own />
            <span className="cap">{t('intake.privacy')}</span>
            <Refusal error={error} />
            <button type="submit" className="btn pri lg block">
              {t('intake.send')}
            </button>
          </form>
        )}
      </Known>
    </Sheet>
  )
}

/** How far it is; and, while it is said to be fixed, whether it works again. */
function Receipt({ receipt }: { readonly receipt: string }) {
  const { t, of } = useText()
  const path = `receipts/${encodeURIComponent(receipt)}`
  const query = useQuery({
    queryKey: ['receipt', receipt],
    queryFn: () => call<ReceiptView>(path),
    refetchInterval: 30_000,
    retry: false,
  })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const answer = async (solved: boolean) => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await post(`${path}/answer`, { solved })
      await query.refetch()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Sheet title={t('intake.receipt')}>
      <Known query={query} what={t('intake.receipt')} why={t('intake.receiptUnknown')}>
        {({ no, text, equipmentName, step, department, mayAnswer }) => (
          <>
            <div className="row">
              <span className="mono">{no}</span>
              <span className="ml chip sq">{t(`reportStep.${step}`)}</span>
            </div>
            <div>
              <b>
                <bdi>{text}</bdi>
              </b>
              <div className="dim">
                {equipmentName ? `${of(equipmentName)} · ` : ''}
                {t(`crew.${department}`)}
              </div>
            </div>
            {mayAnswer ? (
              <>
                <b>{t('intake.works')}</b>
                <div className="row wrap">
                  <button type="button" className="btn pri lg" onClick={() => void answer(true)}>
                    {t('orders.wasSolved')}
                  </button>
                  <button type="button" className="btn lg" onClick={() => void answer(false)}>
                    {t('orders.notSolved')}
                  </button>
                </div>
              </>
            ) : (
              <Note icon="help">{t('intake.keep')}</Note>
            )}
            <Refusal error={error} />
          </>
        )}
      </Known>
    </Sheet>
  )
}
