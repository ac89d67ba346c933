import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AsideRowView, OutputView, RetriedAside } from '../../../../gateway/http/contract.ts'
import { call, type Items, post, queries, useMay, useMe } from '../../api.ts'
import { formatAge, formatNumber, formatTime, formatWhen, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Empty, Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { ChannelSecret } from './channel-secret.tsx'
import { Sftp, useFilesWaiting } from './outputs-sftp.tsx'

type SecretKind = OutputView['offers'][number]
/** Of what was set aside, the oldest at once. */
const SHOWN = 10
const again = () => queries.invalidateQueries({ queryKey: ['outputs'] })

/** Historians, brokers, webhooks and files: whether they take what is sent, what waits, what was lost or set aside. */
export function Outputs() {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['outputs'],
    queryFn: async () => (await call<Items<OutputView>>('outputs')).items,
    refetchInterval: 5000,
  })
  return (
    <Loaded query={query} what={t('outputs.title')}>
      {outputs =>
        outputs.length === 0 ? (
          <section className="card">
            <Empty icon="link" title={t('outputs.none')} why={t('outputs.noneWhy')} />
          </section>
        ) : (
          <div className="stk narrow">
            {outputs.map(output => (
              <One key={output.id} output={output} />
            ))}
          </div>
        )
      }
    </Loaded>
  )
}

/** A code as words; what a newer gateway says stands as it is. */
function useWhy() {
  const { t } = useText()
  return ({ code, detail }: { readonly code: string; readonly detail: string }) => {
    const key = `outputWhy.${code}`
    const words = t(key as 'outputWhy.other')
    return { words: words === key ? code : words, detail: plain(detail) }
  }
}

function One({ output }: { readonly output: OutputView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const retries = useMay('output.retry')
  const link = useLinkBlock()
  const why = useWhy()
  const filesWaiting = useFilesWaiting()
  const [error, setError] = useState<unknown>(null)
  const [open, setOpen] = useState(false)
  const { trouble, telemetry, records, aside } = output
  const at = (time: string) => formatWhen(Date.parse(time), serverNow(), lang, zone)
  const number = (n: number) => formatNumber(n, lang)
  const age = (time: string | null) =>
    time === null ? '' : ` · ${t('outputs.oldest', { age: formatAge(Math.max(0, serverNow() - Date.parse(time))) })}`
  const tryNow = async () => {
    setError(null)
    try {
      await post(`outputs/${encodeURIComponent(output.id)}/try`)
      await again()
    } catch (refused) {
      setError(refused)
    }
  }
  // Written into a file is not yet there, when the file goes on from here.
  const done = t(output.kind === 'files' ? 'outputs.allWritten' : 'outputs.allSent')
  const lost = [
    ...(telemetry && telemetry.lost > 0 && telemetry.lostFrom && telemetry.lostTo
      ? [t('outputs.lost', { n: number(telemetry.lost), from: at(telemetry.lostFrom), to: at(telemetry.lostTo) })]
      : []),
    ...(records && records.lost > 0 ? [t('outputs.lostRecords', { n: number(records.lost) })] : []),
    ...(aside.dropped > 0 ? [t('outputs.asideDropped', { n: number(aside.dropped) })] : []),
  ]
  const rows: [string, string][] = [
    ...(telemetry
      ? ([
          [
            t('outputs.samples'),
            telemetry.waiting === 0
              ? done
              : `${t('outputs.waiting', { n: number(telemetry.waiting) })}${age(telemetry.oldestAt)}`,
          ],
          [t('outputs.position'), `#${telemetry.position}`],
        ] as [string, string][])
      : []),
    ...(records
      ? ([
          [
            t('outputs.records'),
            records.waiting === 0
              ? done
              : `${t(records.waiting >= 200 ? 'outputs.waitingMost' : 'outputs.waiting', { n: number(records.waiting) })}${age(records.oldestAt)}`,
          ],
          [t('outputs.recordPosition'), `#${records.position}`],
        ] as [string, string][])
      : []),
    ...(output.sftp ? [[t('outputs.files'), filesWaiting(output.sftp)] as [string, string]] : []),
    [t('outputs.lastTaken'), output.lastTakenAt === null ? t('outputs.notSinceStart') : at(output.lastTakenAt)],
    [t('outputs.lostTitle'), lost.length === 0 ? t('outputs.nothingLost') : lost.join(t('common.listSep'))],
    [
      t('outputs.aside'),
      aside.rows === 0 ? t('outputs.noneAside') : t('outputs.asideCount', { n: number(aside.rows) }),
    ],
  ]
  const said = trouble && why(trouble)
  return (
    <section className="card">
      <div className="card-h">
        <h2>{plain(output.id)}</h2>
        <span className="chip sq">{t(`outputs.kind.${output.sftp ? 'sftp' : output.kind}`)}</span>
        <span className="ml nw">{t(`outputs.state.${output.state}`)}</span>
      </div>
      <div className="card-b col g3">
        <span className="dim brk">{plain(output.target)}</span>
        {trouble && said ? (
          <Note sort="no" icon="warn" title={said.words}>
            {trouble.tries > 0
              ? t('outputs.since', {
                  time: at(trouble.since),
                  n: trouble.tries,
                  next: formatTime(Date.parse(trouble.nextAt), lang, zone),
                })
              : null}
            {said.detail === '' ? null : <div className="mono brk">{said.detail}</div>}
          </Note>
        ) : null}
        <table className="tbl">
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <td>{name}</td>
                <td className="r">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Sftp output={output} />
        <Secrets output={output} />
        <div className="row g2 wrap">
          {trouble && trouble.tries > 0 ? (
            <Button small blocked={link ?? (retries ? null : t('outputs.notYours'))} onClick={() => void tryNow()}>
              {t('outputs.tryNow')}
            </Button>
          ) : null}
          {aside.rows > 0 ? (
            <Button small onClick={() => setOpen(!open)}>
              {t(open ? 'outputs.hideAside' : 'outputs.showAside')}
            </Button>
          ) : null}
        </div>
        <Refusal error={error} />
        {open && aside.rows > 0 ? <Aside output={output} /> : null}
      </div>
    </section>
  )
}

function Secrets({ output }: { readonly output: OutputView }) {
  const { t } = useText()
  const writes = useMay('site.write')
  const link = useLinkBlock()
  const [asked, setAsked] = useState<SecretKind | null>(null)
  if (output.offers.length === 0) return null
  return (
    <div className="row g2 wrap">
      {output.offers.map(kind => (
        <Button key={kind} small blocked={link ?? (writes ? null : t('site.readOnly'))} onClick={() => setAsked(kind)}>
          {`${kind === 'password' ? t(output.sftp ? 'outputs.password' : 'outputs.secret') : t(`channelLink.${kind}`)}${t('common.colon')}${t(
            output.secrets.includes(kind) ? 'channelLink.secretSet' : 'channelLink.secretMissing',
          )}`}
        </Button>
      ))}
      {asked ? <ChannelSecret id={output.id} kind={asked} of="outputs" onClose={() => setAsked(null)} /> : null}
    </div>
  )
}

/** What the far end would not have: each with its reason, to be sent again or given up by a person. */
function Aside({ output }: { readonly output: OutputView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const may = useMay('output.retry')
  const link = useLinkBlock()
  const why = useWhy()
  const [busy, setBusy] = useState(false)
  const [result, setResult] = useState<RetriedAside | null>(null)
  const [error, setError] = useState<unknown>(null)
  const query = useQuery({
    queryKey: ['outputs', output.id, 'aside', output.aside.rows],
    queryFn: async () =>
      (await call<Items<AsideRowView>>(`outputs/${encodeURIComponent(output.id)}/aside?limit=${SHOWN}`)).items,
  })
  const act = async (word: 'retry' | 'discard', ids: readonly number[]) => {
    setBusy(true)
    setError(null)
    setResult(null)
    try {
      const answer = await post<RetriedAside>(`outputs/${encodeURIComponent(output.id)}/${word}`, { ids })
      if (word === 'retry') setResult(answer)
      await again()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const blocked = link ?? (may ? (busy ? t('outputs.busy') : null) : t('outputs.notYours'))
  return (
    <Loaded query={query} what={t('outputs.aside')}>
      {rows => (
        <div className="col g3">
          {result ? (
            <Note sort={result.taken > 0 ? 'yes' : 'no'} icon={result.taken > 0 ? 'check' : 'x'} role="status">
              {t('outputs.retried', { taken: result.taken, refused: result.refused, left: result.left })}
              {result.why ? <div>{why(result.why).words}</div> : null}
            </Note>
          ) : null}
          <div className="row g2 wrap">
            <Button
              small
              blocked={blocked}
              onClick={() =>
                void act(
                  'retry',
                  rows.map(row => row.id),
                )
              }
            >
              {t('outputs.retryAll', { n: rows.length })}
            </Button>
            <Button
              small
              blocked={blocked}
              onClick={() =>
                void act(
                  'discard',
                  rows.map(row => row.id),
                )
              }
            >
              {t('outputs.discardAll', { n: rows.length })}
            </Button>
          </div>
          <Refusal error={error} />
          <ul className="col g3">
            {rows.map(row => {
              const said = why(row.why)
              return (
                <li key={row.id} className="col g2">
                  <span>
                    <b>{said.words}</b> <span className="dim">{said.detail}</span>
                  </span>
                  <span className="cap">
                    {t('outputs.rowAt', { time: formatWhen(Date.parse(row.at), serverNow(), lang, zone) })} ·{' '}
                    <bdi>{plain(row.topic)}</bdi> · {row.row}
                  </span>
                  <div className="mono brk cap">{plain(row.text)}</div>
                </li>
              )
            })}
          </ul>
        </div>
      )}
    </Loaded>
  )
}
