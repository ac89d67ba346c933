import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SessionView } from '../../../gateway/http/contract.ts'
import { call, type Items, post, queries, useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Button, useLinkBlock } from '../parts/Button.tsx'
import { Loaded, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { deviceOf } from './device.ts'

const MINUTE_MS = 60_000

/** Where somebody is signed in: his own, or everybody's for an administrator. Ends any of them. */
export function SessionsCard({ everybody = false }: { readonly everybody?: boolean }) {
  const { t } = useText()
  const away = useLinkBlock()
  const title = t(everybody ? 'identity.sessionsAll' : 'identity.sessions')
  const query = useQuery({
    queryKey: ['sessions', everybody],
    queryFn: async () => (await call<Items<SessionView>>(everybody ? 'sessions?everybody=true' : 'sessions')).items,
    refetchOnMount: 'always',
    refetchInterval: MINUTE_MS,
  })
  const [error, setError] = useState<unknown>(null)
  const end = async (path: string) => {
    setError(null)
    try {
      await post(path, {})
    } catch (refused) {
      setError(refused)
    }
    await queries.invalidateQueries({ queryKey: ['sessions'] })
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{title}</h2>
        <span className="dim">{query.data?.length ?? ''}</span>
        {!everybody && (query.data?.length ?? 0) > 1 ? (
          <span className="ml">
            <Button small blocked={away} onClick={() => void end('sessions/end-others')}>
              {t('identity.endOthers')}
            </Button>
          </span>
        ) : null}
      </div>
      {error ? (
        <div className="card-b">
          <Refusal error={error} />
        </div>
      ) : null}
      <Loaded query={query} what={title}>
        {sessions => (
          <div className="scroll-x">
            <table className="tbl flow">
              <thead>
                <tr>
                  {everybody ? <th>{t('people.name')}</th> : null}
                  <th>{t('identity.device')}</th>
                  <th>{t('identity.address')}</th>
                  <th>{t('identity.how')}</th>
                  <th>{t('identity.since')}</th>
                  <th>{t('identity.seen')}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {sessions.map(session => (
                  <Line
                    key={session.id}
                    session={session}
                    everybody={everybody}
                    away={away}
                    onEnd={() => void end(`sessions/${encodeURIComponent(session.id)}/end`)}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </section>
  )
}

interface LineProps {
  readonly session: SessionView
  readonly everybody: boolean
  readonly away: string | null
  readonly onEnd: () => void
}
function Line({ session, everybody, away, onEnd }: LineProps) {
  const { t, code } = useText()
  const zone = useMe().site.timezone
  const { device, how } = session
  const known = device === null ? null : deviceOf(device)
  return (
    <tr>
      {everybody ? (
        <td>
          <b>
            <bdi>{plain(session.user)}</bdi>
          </b>
        </td>
      ) : null}
      <td className="wide" title={device === null ? undefined : plain(device)}>
        {known ? t('identity.browserOn', known) : device === null ? t('identity.unknown') : plain(device).slice(0, 40)}
      </td>
      <td className="mono nw">{session.address ?? t('identity.unknown')}</td>
      <td className="nw">{how === null ? t('identity.unknown') : code('way', how)}</td>
      <td className="dim nw">
        <span className="only-s">{t('identity.since')} </span>
        {formatDay(Date.parse(session.createdAt), zone)}
      </td>
      <td className="dim nw">
        <span className="only-s">{t('identity.seen')} </span>
        {formatDay(Date.parse(session.seenAt), zone)}
      </td>
      <td className="r">
        {session.own ? (
          <span className="dim nw">{t('identity.thisOne')}</span>
        ) : (
          <Button small blocked={away} onClick={onEnd}>
            {t('identity.end')}
          </Button>
        )}
      </td>
    </tr>
  )
}
