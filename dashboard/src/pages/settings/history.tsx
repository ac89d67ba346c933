import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { HistoryStatsView } from '../../../../gateway/http/contract.ts'
import { call, queries, useMay, useMe } from '../../api.ts'
import { formatAge, formatDay, formatNumber } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { AccessKeep } from './access-keep.tsx'

const LOOK_MS = 5000

/** How much is recorded, what was not, and the way to be rid of what was made up for the demo. */
export function HistoryStats() {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['history', 'stats'],
    queryFn: () => call<HistoryStatsView>('history/stats'),
    refetchInterval: LOOK_MS,
  })
  return (
    <Loaded query={query} what={t('history.title')}>
      {stats => <Shown stats={stats} />}
    </Loaded>
  )
}

function Shown({ stats }: { readonly stats: HistoryStatsView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const number = (n: number) => formatNumber(n, lang)
  const size = (bytes: number) =>
    bytes < 1e9 ? `${formatNumber(bytes / 1e6, lang, 1)} MB` : `${formatNumber(bytes / 1e9, lang, 1)} GB`
  const rows: [string, string][] = [
    [t('history.size'), size(stats.bytes)],
    [t('history.points'), number(stats.points)],
    [t('history.began'), stats.began === null ? '—' : formatDay(Date.parse(stats.began), zone)],
    [t('history.offered'), number(stats.offered)],
    [t('history.samples'), number(stats.samples)],
    [t('history.commitAge'), stats.commitAgeMs === null ? '—' : formatAge(stats.commitAgeMs)],
    [t('history.notRecorded'), number(stats.notRecorded)],
    [t('history.late'), number(stats.late)],
    [t('history.clockWrong'), number(stats.clockWrong)],
  ]
  return (
    <div className="cols">
      {stats.failedSince === null ? null : (
        <Note icon="help">{t('storage.history', { time: formatDay(Date.parse(stats.failedSince), zone) })}</Note>
      )}
      <section className="card">
        <div className="card-h">
          <h2>{t('history.title')}</h2>
        </div>
        <table className="tbl">
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <td>{name}</td>
                <td className="r nw">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Classes stats={stats} size={size} />
      <AccessKeep />
      {stats.demo === 'made' ? <Demo /> : null}
    </div>
  )
}

/** What is kept how long and how large, and what had to go. */
function Classes({ stats, size }: { readonly stats: HistoryStatsView; readonly size: (bytes: number) => string }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const number = (n: number) => formatNumber(n, lang)
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('history.classes')}</h2>
      </div>
      {stats.classes.map(one => (
        <table className="tbl" key={one.class}>
          <tbody>
            {(
              [
                [t(`history.class.${one.class}`), ''],
                [t('history.kept'), t('history.keptDays', { n: number(one.days) })],
                [t('history.oldest'), one.oldest === null ? '—' : formatDay(Date.parse(one.oldest), zone).slice(0, 10)],
                [
                  t('history.used'),
                  one.mostBytes === null
                    ? size(one.bytes)
                    : t('history.usedOf', { used: size(one.bytes), most: size(one.mostBytes) }),
                ],
                [t('history.dropped'), number(one.dropped)],
                [t('history.droppedForRoom'), number(one.droppedForRoom)],
              ] as const
            ).map(([name, value], i) => (
              <tr key={name}>
                <td>{i === 0 ? <b>{name}</b> : name}</td>
                <td className="r nw">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      <p className="card-b dim">{t('history.whole', { most: size(stats.mostBytes) })}</p>
    </section>
  )
}

function Demo() {
  const { t } = useText()
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const [asked, setAsked] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const forget = async () => {
    setError(null)
    try {
      await call('history/demo', { method: 'DELETE' })
      await queries.invalidateQueries({ queryKey: ['history'] })
    } catch (refused) {
      setError(refused)
    }
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('history.demo')}</h2>
      </div>
      <div className="card-b col g3">
        <span className="dim">{t('history.demoWhy')}</span>
        <div className="row g2 wrap">
          {asked ? (
            <>
              <Button primary onClick={() => void forget()} blocked={away}>
                {t('history.forgetSure')}
              </Button>
              <Button onClick={() => setAsked(false)}>{t('common.cancel')}</Button>
            </>
          ) : (
            <Button onClick={() => setAsked(true)} blocked={away ?? (writes ? null : t('site.readOnly'))}>
              {t('history.forget')}
            </Button>
          )}
        </div>
        {error === null ? null : <Refusal error={error} />}
      </div>
    </section>
  )
}
