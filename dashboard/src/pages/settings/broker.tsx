import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { BrokerAccount, BrokerAccountMade } from '../../../../gateway/http/contract.ts'
import { ApiError, call, type Items, newKey, post, queries, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Dialog, Field, NewPasswordField, PASSWORD_LEAST } from '../../parts/Dialog.tsx'
import { Empty, Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { Secret } from '../../parts/Secret.tsx'
import { useText } from '../../text/index.ts'
import { BrokerDoors } from './broker-doors.tsx'

const again = () => queries.invalidateQueries({ queryKey: ['broker-accounts'] })

export function Broker() {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['broker-accounts'],
    queryFn: async () => (await call<Items<BrokerAccount>>('broker-accounts?limit=1000')).items,
  })
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<BrokerAccount | null>(null)
  const [error, setError] = useState<unknown>(null)
  const away = useLinkBlock()
  const revoke = async (account: BrokerAccount) => {
    setRevoking(null)
    setError(null)
    try {
      await post(`broker-accounts/${encodeURIComponent(account.name)}/revoke`)
    } catch (refused) {
      setError(refused)
    }
    await again()
  }
  const accounts = (
    <section className="card">
      <div className="card-h">
        <h2>{t('broker.title')}</h2>
        <span className="ml">
          <Button small icon="plus" blocked={away} onClick={() => setAdding(true)}>
            {t('broker.add')}
          </Button>
        </span>
      </div>
      {error ? (
        <div className="card-b">
          <Refusal error={error} />
        </div>
      ) : null}
      <Loaded query={query} what={t('broker.title')}>
        {accounts =>
          accounts.length === 0 ? (
            <Empty icon="link" title={t('broker.empty')} why={t('broker.emptyWhy')} />
          ) : (
            <List accounts={accounts} away={away} onRevoke={setRevoking} />
          )
        }
      </Loaded>
      {adding ? <NewAccount onClose={() => setAdding(false)} /> : null}
      {revoking ? (
        <Dialog
          title={t('broker.revokeAsk', { name: plain(revoking.name) })}
          verb={t('tokens.revoke')}
          onDo={() => void revoke(revoking)}
          onClose={() => setRevoking(null)}
        >
          {t('broker.revokeWhy')}
        </Dialog>
      ) : null}
    </section>
  )
  return (
    <div className="stk">
      <BrokerDoors />
      {accounts}
    </div>
  )
}

interface ListProps {
  readonly accounts: readonly BrokerAccount[]
  readonly away: string | null
  readonly onRevoke: (account: BrokerAccount) => void
}
function List({ accounts, away, onRevoke }: ListProps) {
  const { t } = useText()
  const zone = useMe().site.timezone
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>{t('broker.name')}</th>
          <th>{t('broker.publish')}</th>
          <th>{t('broker.subscribe')}</th>
          <th>{t('common.created')}</th>
          <th>{t('common.state')}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {accounts.map(account => (
          <tr key={account.name}>
            <td>
              <b>
                <bdi>{plain(account.name)}</bdi>
              </b>
            </td>
            <Filters label={t('broker.publish')} filters={account.publish} />
            <Filters label={t('broker.subscribe')} filters={account.subscribe} />
            <td className="dim nw">{formatDay(Date.parse(account.createdAt), zone)}</td>
            <td className={account.revoked ? 'dim nw' : 'nw'}>
              {t(account.revoked ? 'tokens.revoked' : 'tokens.valid')}
            </td>
            <td className="r">
              {account.revoked ? null : (
                <Button small blocked={away} onClick={() => onRevoke(account)}>
                  {t('tokens.revoke')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Filters({ label, filters }: { readonly label: string; readonly filters: readonly string[] }) {
  const { t } = useText()
  return (
    <td className="wide">
      <span className="only-s dim">{label} </span>
      {filters.length === 0 ? (
        <span className="dim3">{t('broker.nothing')}</span>
      ) : (
        filters.map(filter => (
          <div key={filter} className="mono brk">
            {plain(filter)}
          </div>
        ))
      )}
    </td>
  )
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')

function NewAccount({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [publish, setPublish] = useState('')
  const [subscribe, setSubscribe] = useState('')
  const [made, setMade] = useState<BrokerAccountMade | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const key = useRef(newKey())
  const add = async () => {
    setBusy(true)
    setError(null)
    const body = {
      name: name.trim(),
      publish: lines(publish),
      subscribe: lines(subscribe),
      ...(password === '' ? {} : { password }),
    }
    try {
      setMade(await post<BrokerAccountMade>('broker-accounts', body, key.current))
      await again()
    } catch (refused) {
      if (refused instanceof ApiError && refused.status !== 0) key.current = newKey()
      setError(refused)
    }
    setBusy(false)
  }
  if (made)
    return (
      <Dialog title={`${t('broker.made')}${t('common.colon')}${plain(made.name)}`} onClose={onClose}>
        {made.password !== null ? (
          <Secret secret={made.password} />
        ) : (
          <Note icon="help">{t(password === '' ? 'broker.lost' : 'broker.kept')}</Note>
        )}
      </Dialog>
    )
  return (
    <Dialog
      title={t('broker.add')}
      verb={t('broker.add')}
      blocked={
        name.trim() === ''
          ? t('broker.needName')
          : password !== '' && password.length < PASSWORD_LEAST
            ? t('people.passwordHint')
            : null
      }
      busy={busy}
      error={error}
      onDo={() => void add()}
      onClose={onClose}
    >
      <Field label={t('broker.name')}>
        <input className="inp" maxLength={64} value={name} onChange={event => setName(event.target.value)} />
      </Field>
      <NewPasswordField
        label={t('broker.password')}
        hint={t('broker.passwordHint')}
        value={password}
        onChange={setPassword}
      />
      <Field label={t('broker.publish')} hint={t('broker.filters')}>
        <textarea className="inp mono" rows={2} value={publish} onChange={event => setPublish(event.target.value)} />
      </Field>
      <Field label={t('broker.subscribe')} hint={t('broker.filters')}>
        <textarea
          className="inp mono"
          rows={2}
          value={subscribe}
          onChange={event => setSubscribe(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
