import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { BackupItem, BackupList, BackupSettingsView } from '../../../../gateway/http/contract.ts'
import { call, post, queries, useMe } from '../../api.ts'
import { formatAge, formatDay, formatNumber, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { Empty, Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'

const LOOK_MS = 15_000
const LOOK_RUNNING_MS = 1500
const SHORTEST = 12
const again = () => queries.invalidateQueries({ queryKey: ['backups'] })

/** What is saved of the gateway, when and where; made at once, or each day. */
export function Backups() {
  const { t } = useText()
  const list = useQuery({
    queryKey: ['backups', 'list'],
    queryFn: () => call<BackupList>('backups'),
    refetchInterval: query => (query.state.data?.state.running ? LOOK_RUNNING_MS : LOOK_MS),
  })
  const settings = useQuery({
    queryKey: ['backups', 'settings'],
    queryFn: () => call<BackupSettingsView>('backup-settings'),
  })
  return (
    <Loaded query={list} what={t('backups.title')}>
      {found => (
        <Loaded query={settings} what={t('backups.schedule')}>
          {set => <Shown list={found} settings={set} />}
        </Loaded>
      )}
    </Loaded>
  )
}

function Shown({
  list: { items, state },
  settings,
}: {
  readonly list: BackupList
  readonly settings: BackupSettingsView
}) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const away = useLinkBlock()
  const [asking, setAsking] = useState<'now' | 'schedule' | null>(null)
  const [removing, setRemoving] = useState<BackupItem | null>(null)
  const [error, setError] = useState<unknown>(null)
  const day = (at: string) => formatDay(Date.parse(at), zone)
  const last = state.lastGoodAt
  const rows: [string, string][] = [
    [
      t('backups.lastGood'),
      last === null
        ? t('backups.never')
        : `${day(last)} · ${t('backups.age', { age: formatAge(Math.max(0, serverNow() - Date.parse(last))) })}`,
    ],
    [t('backups.next'), state.nextAt === null ? t('backups.off') : day(state.nextAt)],
    [t('backups.keep'), settings.on ? t('backups.keepOf', { n: settings.keep }) : '—'],
    [t('backups.folder'), plain(settings.shown)],
    [t('backups.secrets'), t(settings.secrets ? 'backups.withSecrets' : 'backups.withoutSecrets')],
  ]
  const remove = async (item: BackupItem) => {
    setRemoving(null)
    setError(null)
    try {
      await call(`backups/${encodeURIComponent(item.name)}`, { method: 'DELETE' })
    } catch (refused) {
      setError(refused)
    }
    await again()
  }
  return (
    <div className="stk">
      {state.running ? (
        <Note icon="help">{t('backups.running', { time: day(state.running.since), by: plain(state.running.by) })}</Note>
      ) : null}
      {state.failed ? (
        <Note icon="help">{t('backups.failed', { time: day(state.failed.at), why: state.failed.why[lang] })}</Note>
      ) : null}
      <section className="card">
        <div className="card-h">
          <h2>{t('backups.schedule')}</h2>
          <span className="ml">
            <Button small blocked={away} onClick={() => setAsking('schedule')}>
              {t('backups.change')}
            </Button>
          </span>
        </div>
        <table className="tbl">
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <td>{name}</td>
                <td>
                  <bdi>{value}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <div className="card-b dim">{t('backups.restore')}</div>
      </section>
      <section className="card">
        <div className="card-h">
          <h2>{t('backups.title')}</h2>
          <span className="ml">
            <Button small primary blocked={away} onClick={() => setAsking('now')}>
              {t('backups.now')}
            </Button>
          </span>
        </div>
        {error ? (
          <div className="card-b">
            <Refusal error={error} />
          </div>
        ) : null}
        {items.length === 0 ? (
          <Empty icon="lock" title={t('backups.none')} why={t('backups.noneWhy')} />
        ) : (
          <Files items={items} away={away} onRemove={setRemoving} />
        )}
      </section>
      {asking === 'now' ? <Now onClose={() => setAsking(null)} /> : null}
      {asking === 'schedule' ? <Schedule settings={settings} onClose={() => setAsking(null)} /> : null}
      {removing ? (
        <Dialog
          title={t('backups.removeAsk', { name: removing.name })}
          verb={t('backups.remove')}
          onDo={() => void remove(removing)}
          onClose={() => setRemoving(null)}
        >
          {t('backups.removeWhy')}
        </Dialog>
      ) : null}
    </div>
  )
}

interface FilesProps {
  readonly items: readonly BackupItem[]
  readonly away: string | null
  readonly onRemove: (item: BackupItem) => void
}
function Files({ items, away, onRemove }: FilesProps) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>{t('backups.made')}</th>
          <th>{t('backups.file')}</th>
          <th className="r">{t('backups.size')}</th>
          <th>{t('backups.kind')}</th>
          <th>{t('backups.secrets')}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {items.map(item => (
          <tr key={item.name}>
            <td className="nw">
              {item.madeAt === null ? t('backups.broken') : formatDay(Date.parse(item.madeAt), zone)}
            </td>
            <td className="wide">
              <bdi>{plain(item.name)}</bdi>
            </td>
            <td className="r nw">
              {item.bytes < 1e6
                ? `${formatNumber(item.bytes / 1e3, lang, 0)} kB`
                : `${formatNumber(item.bytes / 1e6, lang, 1)} MB`}
            </td>
            <td className="nw">{t(item.scheduled ? 'backups.scheduled' : 'backups.byHand')}</td>
            <td>{item.madeAt === null ? '—' : t(item.secrets ? 'backups.withSecrets' : 'backups.withoutSecrets')}</td>
            <td className="r">
              <span className="row g2">
                <a className="btn sm" href={`/api/v1/backups/${encodeURIComponent(item.name)}`} download={item.name}>
                  {t('backups.download')}
                </a>
                <Button small blocked={away} onClick={() => onRemove(item)}>
                  {t('backups.remove')}
                </Button>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Now({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText()
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const short = passphrase !== '' && passphrase.trim().length < SHORTEST
  const begin = async () => {
    setBusy(true)
    setError(null)
    try {
      await post('backups', passphrase === '' ? {} : { passphrase })
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
    await again()
  }
  return (
    <Dialog
      title={t('backups.now')}
      verb={t('backups.now')}
      blocked={short ? t('backups.short') : null}
      busy={busy}
      error={error}
      onDo={() => void begin()}
      onClose={onClose}
    >
      <span>{t('backups.nowWhy')}</span>
      <Passphrase value={passphrase} onChange={setPassphrase} />
    </Dialog>
  )
}

function Passphrase({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  const { t } = useText()
  return (
    <Field label={t('backups.passphrase')} hint={t('backups.passphraseHint')}>
      <input
        className="inp"
        type="password"
        autoComplete="new-password"
        maxLength={200}
        value={value}
        onChange={event => onChange(event.target.value)}
      />
    </Field>
  )
}

interface ScheduleProps {
  readonly settings: BackupSettingsView
  readonly onClose: () => void
}
function Schedule({ settings, onClose }: ScheduleProps) {
  const { t } = useText()
  const [on, setOn] = useState(settings.on)
  const [at, setAt] = useState(settings.at)
  const [keep, setKeep] = useState(settings.keep)
  const [folder, setFolder] = useState(settings.folder ?? '')
  const [secrets, setSecrets] = useState<'keep' | 'none' | 'new'>('keep')
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const short = secrets === 'new' && passphrase.trim().length < SHORTEST
  const save = async () => {
    setBusy(true)
    setError(null)
    const changed = secrets === 'keep' ? {} : { passphrase: secrets === 'none' ? null : passphrase }
    const body = { on, at, keep, folder: folder.trim() === '' ? null : folder.trim(), ...changed }
    try {
      await call('backup-settings', { method: 'PUT', body })
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
    await again()
  }
  return (
    <Dialog
      title={t('backups.schedule')}
      verb={t('backups.save')}
      blocked={short ? t('backups.short') : null}
      busy={busy}
      error={error}
      onDo={() => void save()}
      onClose={onClose}
    >
      <label className="row g2">
        <input type="checkbox" checked={on} onChange={event => setOn(event.target.checked)} />
        <span>{t('backups.on')}</span>
      </label>
      <Field label={t('backups.at')}>
        <input className="inp" type="time" required value={at} onChange={event => setAt(event.target.value)} />
      </Field>
      <Field label={t('backups.keep')} hint={t('backups.keepHint')}>
        <input
          className="inp"
          type="number"
          min={1}
          max={1000}
          required
          value={keep}
          onChange={event => setKeep(Number(event.target.value))}
        />
      </Field>
      <Field label={t('backups.folder')} hint={t('backups.folderHint', { folder: 'backups/' })}>
        <input className="inp" maxLength={500} value={folder} onChange={event => setFolder(event.target.value)} />
      </Field>
      <Field label={t('backups.scheduledPassphrase')}>
        <select className="inp" value={secrets} onChange={event => setSecrets(event.target.value as typeof secrets)}>
          <option value="keep">{t('backups.keepPassphrase')}</option>
          <option value="none">{t('backups.removePassphrase')}</option>
          <option value="new">{t('backups.newPassphrase')}</option>
        </select>
      </Field>
      {secrets === 'new' ? <Passphrase value={passphrase} onChange={setPassphrase} /> : null}
    </Dialog>
  )
}
