import { useState } from 'react'
import type { DryRunView } from '../../../../gateway/http/contract.ts'
import { post, useMe } from '../../api.ts'
import { formatNumber, formatTaken, formatWhen, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'

const DAYS = 30

/**
 * What a rule would have done, before it is saved.
 * @param ask what is asked of the gateway, as it stands now; null: it is not whole yet
 */
export function DryRun({ ask }: { readonly ask: object | null }) {
  const { t } = useText()
  const away = useLinkBlock()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [made, setMade] = useState<{ readonly of: string; readonly run: DryRunView } | null>(null)
  const now = JSON.stringify(ask)
  const run = async () => {
    if (busy || ask === null) return
    setBusy(true)
    setError(null)
    setMade(null)
    try {
      setMade({ of: now, run: await post<DryRunView>('rule-dry-runs', { ...ask, days: DAYS }) })
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <div className="col g3">
      <div>
        <Button small blocked={away ?? (ask === null ? t('rules.incomplete') : null)} onClick={() => void run()}>
          {busy ? t('rules.trying') : t('rules.try', { days: DAYS })}
        </Button>
      </div>
      <Refusal error={error} />
      {made && made.of === now ? <Outcome run={made.run} /> : null}
      {made && made.of !== now ? <span className="dim">{t('rules.tryAgain')}</span> : null}
    </div>
  )
}

function Outcome({ run }: { readonly run: DryRunView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const when = (at: string) => formatWhen(Date.parse(at), serverNow(), lang, zone)
  const share = (of: number) => (of > 0 && of < 0.001 ? '< 0.1' : formatNumber(of * 100, lang, 1))
  const doubts = [
    run.examined < run.points ? t('rules.partly', { n: run.examined, of: run.points }) : '',
    run.noGoodShare > 0 ? t('rules.noGood', { share: share(run.noGoodShare) }) : '',
    run.hourlyShare > 0 ? t('rules.hourly', { share: share(run.hourlyShare) }) : '',
    run.demoShare > 0 ? t('rules.demo', { share: share(run.demoShare) }) : '',
  ].filter(doubt => doubt !== '')
  const fires = [...run.first, ...run.last]
  return (
    <>
      <Note title={t('rules.would', { n: run.fires, days: DAYS, points: run.examined })} role="status">
        {run.fires === 0
          ? null
          : t('rules.stood', {
              all: formatTaken(run.stoodS * 1000),
              longest: formatTaken(run.longestS * 1000),
              standing: run.standing,
            })}
      </Note>
      {doubts.length > 0 ? (
        <Note sort="q" icon="help">
          {doubts.map(doubt => (
            <div key={doubt}>{doubt}</div>
          ))}
        </Note>
      ) : null}
      {fires.length > 0 ? (
        <details>
          <summary>{t('rules.firesShown', { n: fires.length })}</summary>
          <table className="tbl flow">
            <tbody>
              {fires.map(fire => (
                <tr key={`${fire.point} ${fire.at}`}>
                  <td className="nw">{when(fire.at)}</td>
                  <td className="wide">
                    <bdi>{plain(fire.point)}</bdi>
                    {fire.value === null
                      ? ''
                      : ` = ${typeof fire.value === 'number' ? formatNumber(fire.value, lang) : plain(String(fire.value))}`}
                  </td>
                  <td className="nw r dim">
                    {fire.until === null
                      ? t('rules.stands')
                      : formatTaken(Date.parse(fire.until) - Date.parse(fire.at))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ) : null}
    </>
  )
}
