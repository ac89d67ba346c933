import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PatrolTravelsView } from '../../../../gateway/http/contract.ts'
import { call, post, queries } from '../../api.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'
import { Empty, Loaded, Refusal } from '../notes.tsx'
import { ReasonDialog } from './ReasonDialog.tsx'

type Travel = PatrolTravelsView['items'][number]
const keyOf = (x: Travel): string => `${x.route} ${x.from} ${x.to}`

/** How quickly people walk between two points: proposed by what they did, used only once somebody has confirmed it. */
export function PatrolTravel() {
  const { t, of } = useText()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [forgotten, setForgotten] = useState<Travel | null>(null)
  const travels = useQuery({ queryKey: ['patrol', 'travel'], queryFn: () => call<PatrolTravelsView>('patrol-travel') })
  const confirm = async ({ route, from, to, sec }: Travel) => {
    setBusy(true)
    setError(null)
    try {
      queries.setQueryData(['patrol', 'travel'], await post('patrol-travel/confirm', { route, from, to, sec }))
    } catch (refused) {
      setError(refused)
      void queries.invalidateQueries({ queryKey: ['patrol', 'travel'] })
    } finally {
      setBusy(false)
    }
  }
  const used = (x: Travel): string =>
    x.confirmed !== null
      ? t('rounds.travelConfirmed', { sec: x.confirmed })
      : x.site !== null
        ? t('rounds.travelSite', { sec: x.site })
        : t('rounds.travelDefault')
  return (
    <section className="card" aria-label={t('rounds.travel')}>
      <div className="card-h">
        <h2>{t('rounds.travel')}</h2>
      </div>
      <p className="pr-n dim">{t('rounds.travelWhy')}</p>
      <Refusal error={error} />
      <Loaded query={travels} what={t('rounds.travel')}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="rounds" title={t('rounds.travelNone')} why={t('rounds.travelNoneWhy')} />
          ) : (
            <div className="pr-x pr-s">
              <table className="tbl">
                <thead>
                  <tr>
                    <th>{t('rounds.travelPair')}</th>
                    <th>{t('rounds.travelWalks')}</th>
                    <th>{t('rounds.travelLearned')}</th>
                    <th>{t('rounds.travelUsed')}</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {items.map(x => (
                    <tr key={keyOf(x)} data-travel={`${x.from} ${x.to}`}>
                      <td>
                        {of(x.routeName)} · {of(x.fromName)} → {of(x.toName)}
                      </td>
                      <td>{x.walks}</td>
                      <td>{x.sec === null ? t('rounds.travelFew') : `${x.sec} s`}</td>
                      <td>{used(x)}</td>
                      <td>
                        <span className="row wrap">
                          {x.sec !== null && x.sec !== x.confirmed ? (
                            <Button small onClick={() => (busy ? undefined : void confirm(x))}>
                              {t('rounds.travelConfirm', { sec: x.sec })}
                            </Button>
                          ) : null}
                          {x.confirmed !== null ? (
                            <Button small onClick={() => setForgotten(x)}>
                              {t('rounds.travelForget')}
                            </Button>
                          ) : null}
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {forgotten ? (
        <ReasonDialog
          title={t('rounds.travelForget')}
          path="patrol-travel/forget"
          more={{ route: forgotten.route, from: forgotten.from, to: forgotten.to }}
          onClose={() => setForgotten(null)}
        />
      ) : null}
    </section>
  )
}
