import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { User } from '../../../../gateway/http/contract.ts'
import { type Role, roles } from '../../../../rules/flow.ts'
import { ApiError, call, type Items, newKey, post, queries, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Dialog, Field, NewPasswordField, PASSWORD_LEAST } from '../../parts/Dialog.tsx'
import { Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { SignInRules } from '../../signin/Rules.tsx'
import { SessionsCard } from '../../signin/Sessions.tsx'
import { TakeFactor } from '../../signin/TakeFactor.tsx'
import { useText } from '../../text/index.ts'

type Asked = { readonly what: 'add' } | { readonly what: 'disable' | 'password' | 'factor'; readonly user: User }
const again = () => queries.invalidateQueries({ queryKey: ['users'] })
const path = (user: User, action: string) => `users/${encodeURIComponent(user.name)}/${action}`

/** Accounts, how they sign in, and who is signed in now. */
export function People() {
  return (
    <div className="col g4">
      <Accounts />
      <SignInRules />
      <SessionsCard everybody />
    </div>
  )
}

/** That which the first start makes, when nobody gave a name. */
const isShared = (user: User): boolean => user.name === 'admin' && user.role === 'admin' && !user.disabled

function Accounts() {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['users'],
    queryFn: async () => (await call<Items<User>>('users?limit=1000')).items,
  })
  const [asked, setAsked] = useState<Asked | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [done, setDone] = useState<string | null>(null)
  const away = useLinkBlock()
  const change = async (path: string, body?: unknown) => {
    setError(null)
    setDone(null)
    try {
      await post(path, body)
    } catch (refused) {
      setError(refused)
    }
    await again()
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('people.title')}</h2>
        <span className="dim">{query.data?.length ?? ''}</span>
        <span className="ml">
          <Button small icon="plus" blocked={away} onClick={() => setAsked({ what: 'add' })}>
            {t('people.add')}
          </Button>
        </span>
      </div>
      {error || done ? (
        <div className="card-b">
          <Refusal error={error} />
          {done ? (
            <Note sort="yes" icon="check" role="status">
              {done}
            </Note>
          ) : null}
        </div>
      ) : null}
      <Loaded query={query} what={t('people.title')}>
        {users => (
          <div className="scroll-x">
            {users.some(isShared) ? (
              <div className="card-b">
                <Note icon="help" title={t('identity.sharedAdmin')}>
                  {t('identity.sharedAdminWhat')}
                </Note>
              </div>
            ) : null}
            <table className="tbl flow">
              <thead>
                <tr>
                  <th>{t('people.name')}</th>
                  <th>{t('people.role')}</th>
                  <th>{t('identity.second')}</th>
                  <th>{t('common.state')}</th>
                  <th>{t('common.created')}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {users.map(user => (
                  <Line
                    key={user.name}
                    user={user}
                    away={away}
                    onRole={role => void change(path(user, 'role'), { role })}
                    onEnable={() => void change(path(user, 'enable'))}
                    onAsk={what => setAsked({ what, user })}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
      {asked?.what === 'add' ? <NewPerson onClose={() => setAsked(null)} /> : null}
      {asked?.what === 'password' ? (
        <NewPassword
          user={asked.user}
          onClose={() => setAsked(null)}
          onDone={() => setDone(`${t('people.done')}${t('common.colon')}${plain(asked.user.name)}`)}
        />
      ) : null}
      {asked?.what === 'factor' ? (
        <TakeFactor user={asked.user} onDone={() => void again()} onClose={() => setAsked(null)} />
      ) : null}
      {asked?.what === 'disable' ? (
        <Dialog
          title={t('people.disableAsk', { name: plain(asked.user.name) })}
          verb={`${t('people.disable')} ${plain(asked.user.name)}`}
          onDo={() => {
            void change(path(asked.user, 'disable'))
            setAsked(null)
          }}
          onClose={() => setAsked(null)}
        >
          {t('people.disableWhy')}
        </Dialog>
      ) : null}
    </section>
  )
}

interface LineProps {
  readonly user: User
  readonly away: string | null
  readonly onRole: (role: Role) => void
  readonly onEnable: () => void
  readonly onAsk: (what: 'disable' | 'password' | 'factor') => void
}
function Line({ user, away, onRole, onEnable, onAsk }: LineProps) {
  const { t } = useText()
  const me = useMe()
  const self = user.name === me.name ? t('people.self') : null
  const zone = me.site.timezone
  const has = user.factor || user.passkeys > 0
  const factorsOf = ({ factor, passkeys }: User) =>
    [factor ? t('identity.app') : '', passkeys > 0 ? t('identity.passkeyCount', { n: passkeys }) : '']
      .filter(word => word !== '')
      .join(t('common.listSep')) || t('identity.none')
  return (
    <tr>
      <td>
        <b>
          <bdi>{plain(user.name)}</bdi>
        </b>
      </td>
      <td>
        {self || away ? (
          t(`role.${user.role}`)
        ) : (
          <RoleSelect label={t('people.roleOf', { name: plain(user.name) })} value={user.role} onChange={onRole} />
        )}
      </td>
      <td className="dim">
        <span className="only-s">{t('identity.second')} </span>
        {factorsOf(user)}
      </td>
      <td className={user.disabled ? 'dim nw' : 'nw'}>{t(user.disabled ? 'people.disabled' : 'people.active')}</td>
      <td className="dim nw">
        <span className="only-s">{t('common.created')} </span>
        {formatDay(Date.parse(user.createdAt), zone)}
      </td>
      <td>
        <span className="row wrap">
          {self ? (
            <Link href="/settings/me" className="btn sm">
              {t('people.newPassword')}
            </Link>
          ) : (
            <Button small blocked={away} onClick={() => onAsk('password')}>
              {t('people.newPassword')}
            </Button>
          )}
          {has ? (
            <Button small blocked={away} onClick={() => onAsk('factor')}>
              {t('identity.takeFrom')}
            </Button>
          ) : null}
          {user.disabled ? (
            <Button small blocked={away} onClick={onEnable}>
              {t('people.enable')}
            </Button>
          ) : (
            <Button small blocked={away ?? self} sayWhy={away === null} onClick={() => onAsk('disable')}>
              {t('people.disable')}
            </Button>
          )}
        </span>
      </td>
    </tr>
  )
}

function RoleSelect({ label, value, onChange }: { label?: string; value: Role; onChange: (role: Role) => void }) {
  const { t } = useText()
  return (
    <select className="inp" aria-label={label} value={value} onChange={event => onChange(event.target.value as Role)}>
      {roles.map(role => (
        <option key={role} value={role}>
          {t(`role.${role}`)}
        </option>
      ))}
    </select>
  )
}

function NewPerson({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('operator')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const key = useRef(newKey())
  const add = async () => {
    setBusy(true)
    try {
      await post('users', { name: name.trim(), role, password }, key.current)
      await again()
      onClose()
    } catch (refused) {
      // Only when no answer came is the next press the same asking.
      if (refused instanceof ApiError && refused.status !== 0) key.current = newKey()
      setError(refused)
    }
    setBusy(false)
  }
  const lacking =
    name.trim() === '' ? t('people.needName') : password.length < PASSWORD_LEAST ? t('people.passwordHint') : null
  return (
    <Dialog
      title={t('people.add')}
      verb={t('people.add')}
      blocked={lacking}
      busy={busy}
      error={error}
      onDo={() => void add()}
      onClose={onClose}
    >
      <Field label={t('people.name')}>
        <input className="inp" autoComplete="off" value={name} onChange={event => setName(event.target.value)} />
      </Field>
      <Field label={t('people.role')}>
        <RoleSelect value={role} onChange={setRole} />
      </Field>
      <NewPasswordField label={t('people.password')} value={password} onChange={setPassword} />
    </Dialog>
  )
}

function NewPassword({ user, onClose, onDone }: { user: User; onClose: () => void; onDone: () => void }) {
  const { t } = useText()
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const set = async () => {
    setBusy(true)
    try {
      await post(path(user, 'password'), { password })
      onDone()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('people.setPasswordFor', { name: plain(user.name) })}
      verb={t('people.setPassword')}
      blocked={password.length < PASSWORD_LEAST ? t('people.passwordHint') : null}
      busy={busy}
      error={error}
      onDo={() => void set()}
      onClose={onClose}
    >
      <NewPasswordField label={t('people.newPassword')} value={password} onChange={setPassword} />
    </Dialog>
  )
}
