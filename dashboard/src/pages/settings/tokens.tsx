import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Token, TokenMade } from '../../../../gateway/http/contract.ts'
import { ApiError, call, type Items, newKey, post, queries, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { Empty, Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { Secret } from '../../parts/Secret.tsx'
import { useText } from '../../text/index.ts'

const again = () => queries.invalidateQueries({ queryKey: ['tokens'] })

export function Tokens() {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['tokens'],
    queryFn: async () => (await call<Items<Token>>('tokens?limit=1000')).items,
  })
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const [error, setError] = useState<unknown>(null)
  const away = useLinkBlock()
  const revoke = async (token: Token) => {
    setRevoking(null)
    setError(null)
    try {
      await post(`tokens/${encodeURIComponent(token.id)}/revoke`)
    } catch (refused) {
      setError(refused)
    }
    await again()
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('tokens.title')}</h2>
        <span className="ml">
          <Button small icon="plus" blocked={away} onClick={() => setAdding(true)}>
            {t('tokens.add')}
          </Button>
        </span>
      </div>
      {error ? (
        <div className="card-b">
          <Refusal error={error} />
        </div>
      ) : null}
      <Loaded query={query} what={t('tokens.title')}>
        {tokens =>
          tokens.length === 0 ? (
            <Empty icon="lock" title={t('tokens.empty')} why={t('tokens.emptyWhy')} />
          ) : (
            <List tokens={tokens} away={away} onRevoke={setRevoking} />
          )
        }
      </Loaded>
      {adding ? <NewToken onClose={() => setAdding(false)} /> : null}
      {revoking ? (
        <Dialog
          title={t('tokens.revokeAsk', { name: plain(revoking.name) })}
          verb={t('tokens.revoke')}
          onDo={() => void revoke(revoking)}
          onClose={() => setRevoking(null)}
        >
          {t('tokens.revokeWhy')}
        </Dialog>
      ) : null}
    </section>
  )
}

interface ListProps {
  readonly tokens: readonly Token[]
  readonly away: string | null
  readonly onRevoke: (token: Token) => void
}
function List({ tokens, away, onRevoke }: ListProps) {
  const { t } = useText()
  const zone = useMe().site.timezone
  const now = serverNow()
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>{t('tokens.name')}</th>
          <th>{t('tokens.user')}</th>
          <th>{t('common.created')}</th>
          <th>{t('tokens.lastUsed')}</th>
          <th>{t('tokens.expires')}</th>
          <th>{t('common.state')}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {tokens.map(token => {
          const ends = token.expiresAt === null ? null : Date.parse(token.expiresAt)
          const state = token.revoked ? 'revoked' : ends !== null && ends < now ? 'expired' : 'valid'
          return (
            <tr key={token.id}>
              <td className="wide">
                <b>
                  <bdi>{plain(token.name)}</bdi>
                </b>
              </td>
              <td>
                <bdi>{plain(token.user)}</bdi>
              </td>
              <td className="dim nw">{formatDay(Date.parse(token.createdAt), zone)}</td>
              <td className="dim nw">
                {token.usedAt === null ? t('identity.notYet') : formatDay(Date.parse(token.usedAt), zone)}
              </td>
              <td className="dim nw">{ends === null ? t('tokens.never') : formatDay(ends, zone)}</td>
              <td className={state === 'valid' ? 'nw' : 'dim nw'}>{t(`tokens.${state}`)}</td>
              <td className="r">
                {token.revoked ? null : (
                  <Button small blocked={away} onClick={() => onRevoke(token)}>
                    {t('tokens.revoke')}
                  </Button>
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

const DAY_MS = 86_400_000

function NewToken({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText()
  const [name, setName] = useState('')
  const [days, setDays] = useState(365)
  const [made, setMade] = useState<TokenMade | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const key = useRef(newKey())
  const add = async () => {
    setBusy(true)
    setError(null)
    // The day, not the moment, so that a second press asks for the very same token.
    const ends = new Date((Math.floor(serverNow() / DAY_MS) + days + 1) * DAY_MS).toISOString()
    try {
      const body = days === 0 ? { name: name.trim() } : { name: name.trim(), expiresAt: ends }
      setMade(await post<TokenMade>('tokens', body, key.current))
      await again()
    } catch (refused) {
      if (refused instanceof ApiError && refused.status !== 0) key.current = newKey()
      setError(refused)
    }
    setBusy(false)
  }
  if (made)
    return (
      <Dialog title={`${t('tokens.made')}${t('common.colon')}${plain(made.name)}`} onClose={onClose}>
        {made.token === null ? <Note icon="help">{t('tokens.lost')}</Note> : <Secret secret={made.token} />}
      </Dialog>
    )
  return (
    <Dialog
      title={t('tokens.add')}
      verb={t('tokens.add')}
      blocked={name.trim() === '' ? t('tokens.needName') : null}
      busy={busy}
      error={error}
      onDo={() => void add()}
      onClose={onClose}
    >
      <Field label={t('tokens.name')} hint={t('tokens.nameHint')}>
        <input className="inp" maxLength={64} value={name} onChange={event => setName(event.target.value)} />
      </Field>
      <Field label={t('tokens.expires')}>
        <select className="inp" value={days} onChange={event => setDays(Number(event.target.value))}>
          <option value={30}>{t('tokens.in30')}</option>
          <option value={365}>{t('tokens.in365')}</option>
          <option value={0}>{t('tokens.never')}</option>
        </select>
      </Field>
    </Dialog>
  )
}
