import { useState } from 'react'
import { noticeFields } from '../../../../../rules/notice.ts'
import { type Severity, severities } from '../../../../../rules/rule.ts'
import { Button } from '../../../parts/Button.tsx'
import { Dialog, Field } from '../../../parts/Dialog.tsx'
import { useText } from '../../../text/index.ts'
import { Ticks } from '../Ticks.tsx'
import { Choice, TextField, TimesField, useKindWord } from './fields.tsx'
import {
  type Channel,
  type Event,
  events,
  isEmail,
  type Kind,
  kinds,
  type NotifyEdit,
  pressing,
  type Times,
  timesWrong,
  useIdWrong,
  wholeOf,
  withItem,
} from './model.ts'

/** What is never shown again, by kind; what of the rest says where it sends: that changed, these are given anew. */
const secretsOf: Record<Kind, readonly string[]> = {
  wecom: ['url'],
  dingtalk: ['url', 'secret'],
  feishu: ['url', 'secret'],
  webhook: ['url', 'secret'],
  sms: ['url', 'headers', 'body'],
  email: ['password'],
}
const targets = ['url', 'host', 'port', 'security', 'user']
const plainOf: Record<Kind, readonly string[]> = {
  wecom: ['language'],
  dingtalk: ['language'],
  feishu: ['language'],
  webhook: [],
  sms: ['method', 'expect', 'language'],
  email: ['host', 'port', 'security', 'user', 'from', 'ca', 'language'],
}
const PORTS = { tls: 465, starttls: 587, none: 25 }
const isUrl = (text: string): boolean => /^https?:\/\//.test(text) && URL.canParse(text)
/** `name: value`, one per line. */
const headersOf = (text: string): Record<string, string> | null => {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const pairs = lines.map(line => /^\s*([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*?)\s*$/.exec(line))
  return pairs.every(pair => pair !== null) ? Object.fromEntries(pairs.map(pair => [pair[1]!, pair[2]!])) : null
}

interface Props {
  readonly edit: NotifyEdit
  /** Null: a new one. */
  readonly channel: Channel | null
  readonly onDone: (said: string) => void
  readonly onClose: () => void
}
/** A way by which people are told: where it sends, and what it tells by itself. */
export function ChannelDialog({ edit, channel, onDone, onClose }: Props) {
  const { t } = useText()
  const kindWord = useKindWord()
  const idWrong = useIdWrong()
  const had = channel?.options ?? {}
  const [id, setId] = useState(channel?.id ?? '')
  const [kind, setKind] = useState<Kind>(channel?.kind ?? 'wecom')
  const [plain, setPlain] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(plainOf[kind].map(key => [key, had[key] === undefined ? '' : String(had[key])])),
  )
  /** What was typed for a secret; one that is not in here is kept. */
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({})
  const [told, setTold] = useState<readonly Event[]>(channel?.events ?? (channel ? ['raised'] : []))
  const [which, setWhich] = useState<readonly Severity[]>(channel?.severities ?? pressing)
  const [roster, setRoster] = useState(channel?.roster ?? '')
  const [quiet, setQuiet] = useState<readonly Times[]>(channel?.quiet ?? [])
  const rosters = (edit.file.rosters ?? []).map(r => r.id)

  const value = (key: string) => plain[key] ?? ''
  const isKept = (key: string) => typed[key] === undefined && had[key] !== undefined
  const moved =
    channel !== null &&
    targets.some(key =>
      secretsOf[kind].includes(key) ? typed[key] !== undefined : value(key) !== String(had[key] ?? ''),
    )
  const secret = (key: string) => typed[key] ?? ''
  const each = kind === 'sms' || kind === 'email'

  /** By field; the first of these keeps it from being saved. */
  const wrong: Record<string, string | null> = {
    id: idWrong(id, edit.file.channels, channel?.id ?? null),
    url: kind === 'email' || isKept('url') || isUrl(secret('url')) ? null : t('notifyForm.urlWrong'),
    host: kind !== 'email' || noticeFields.host.test(value('host')) ? null : t('notifyForm.hostWrong'),
    port: value('port') === '' || wholeOf(value('port'), 1, 65_535) !== null ? null : t('notifyForm.portWrong'),
    from: kind !== 'email' || isEmail(value('from')) ? null : t('notifyForm.emailWrong'),
    headers: headersOf(secret('headers')) === null ? t('notifyForm.headersWrong') : null,
    roster: each && told.length > 0 && roster === '' ? t('notifyForm.rosterNeeded') : null,
    severities: told.length > 0 && which.length === 0 ? t('notifyForm.severityNeeded') : null,
    quiet: timesWrong(quiet) ? t('notifyForm.timesWrong') : null,
    moved: moved && secretsOf[kind].some(isKept) ? t('notifyForm.secretAgain') : null,
  }
  const blocked = edit.blocked ?? Object.values(wrong).find(one => one !== null) ?? null

  const save = async () => {
    const options: Record<string, unknown> = {}
    for (const key of plainOf[kind])
      if (value(key) !== '') options[key] = key === 'port' ? Number(value(key)) : value(key)
    for (const key of secretsOf[kind]) {
      if (isKept(key)) options[key] = had[key]
      else if (secret(key) !== '') options[key] = key === 'headers' ? headersOf(secret(key)) : secret(key)
    }
    const { severities: _, events: __, quiet: ___, roster: ____, ...rest } = channel ?? { id, kind, options }
    const made: Channel = {
      ...rest,
      events: told,
      severities: which.length > 0 ? which : pressing,
      ...(quiet.length > 0 && { quiet }),
      ...(roster !== '' && { roster }),
      options,
    }
    if (await edit.save(withItem(edit.file, 'channels', channel?.id ?? null, made))) onDone(made.id)
  }
  const line = (key: string, label: string, more: Partial<Parameters<typeof TextField>[0]> = {}) => (
    <TextField
      label={label}
      value={value(key)}
      wrong={wrong[key] ?? null}
      onChange={text => setPlain({ ...plain, [key]: text })}
      {...more}
    />
  )
  const hidden = (key: string, label: string, hint?: string, rows = 0) => (
    <SecretField
      label={label}
      hint={hint}
      kept={isKept(key)}
      text={secret(key)}
      rows={rows}
      wrong={isKept(key) && wrong.moved ? wrong.moved : secret(key) === '' ? null : (wrong[key] ?? null)}
      onChange={text => setTyped({ ...typed, [key]: text })}
    />
  )
  const optional = t('notifyForm.optional')
  return (
    <Dialog
      title={channel ? t('notifyForm.changeChannel', { id: channel.id }) : t('notifyForm.addChannel')}
      verb={t('notify.save')}
      blocked={blocked}
      busy={edit.busy}
      error={edit.error}
      onDo={() => void save()}
      onClose={onClose}
    >
      <div className="two">
        <Choice
          label={t('notifyForm.kind')}
          value={kind}
          all={channel ? [kind] : kinds}
          word={kindWord}
          onChange={next => {
            setKind(next)
            setTyped({})
          }}
        />
        <TextField
          label={t('notifyForm.id')}
          hint={t('notifyForm.idHint')}
          mono
          readOnly={channel !== null}
          value={id}
          wrong={wrong.id ?? null}
          onChange={setId}
        />
      </div>
      {kind === 'email' ? (
        <>
          <div className="two">
            {line('host', t('notifyForm.host'), { hint: 'smtp.163.com', mono: true })}
            <Choice
              label={t('notifyForm.security')}
              value={(value('security') || 'tls') as keyof typeof PORTS}
              all={['tls', 'starttls', 'none'] as const}
              word={one => t(`notifyForm.securityOf.${one}`)}
              onChange={one => setPlain({ ...plain, security: one })}
            />
            {line('port', t('notifyForm.port'), {
              hint: t('notifyForm.portHint', { n: PORTS[(value('security') || 'tls') as keyof typeof PORTS] }),
              numeric: true,
            })}
            {line('from', t('notifyForm.sender'), { type: 'email' })}
            {line('user', t('notifyForm.user'), { hint: optional })}
          </div>
          {hidden('password', t('notifyForm.password'), t('notifyForm.passwordHint'))}
        </>
      ) : (
        hidden('url', t(kind === 'webhook' || kind === 'sms' ? 'notifyForm.url' : 'notifyForm.robotUrl'), 'https://…')
      )}
      {kind === 'dingtalk' || kind === 'feishu' || kind === 'webhook'
        ? hidden('secret', t('notifyForm.signature'), optional)
        : null}
      {kind === 'sms' ? (
        <>
          <Choice
            label={t('notifyForm.method')}
            value={value('method') || 'POST'}
            all={['POST', 'GET']}
            word={one => one}
            onChange={one => setPlain({ ...plain, method: one })}
          />
          {hidden('headers', t('notifyForm.headers'), t('notifyForm.headersHint'), 2)}
          {hidden('body', t('notifyForm.body'), '{phone} {text} {time}', 3)}
          {line('expect', t('notifyForm.expect'), { hint: t('notifyForm.expectHint'), mono: true })}
        </>
      ) : null}
      {kind === 'webhook' ? null : (
        <Choice
          label={t('notifyForm.language')}
          value={value('language') || 'zh-CN'}
          all={['zh-CN', 'en']}
          word={one => t(one === 'en' ? 'notifyForm.english' : 'notifyForm.chinese')}
          onChange={one => setPlain({ ...plain, language: one })}
        />
      )}
      <Ticks
        label={t('notifyForm.tellsItself')}
        all={events}
        chosen={told}
        word={one => t(`notifyForm.event.${one}`)}
        onChange={setTold}
      />
      {told.length === 0 ? <span className="cap">{t('notifyForm.tellsNothing')}</span> : null}
      {told.length === 0 ? null : (
        <>
          <Ticks
            label={t('notifyForm.severities')}
            all={severities}
            chosen={which}
            word={one => t(`severity.${one}`)}
            onChange={setWhich}
          />
          {wrong.severities ? <span className="wrong">{wrong.severities}</span> : null}
          <Choice
            label={t(each ? 'notifyForm.rosterWho' : 'notifyForm.rosterNamed')}
            wrong={wrong.roster ?? null}
            value={roster}
            all={['', ...rosters]}
            word={one => (one === '' ? t('common.none') : one)}
            onChange={setRoster}
          />
        </>
      )}
      <TimesField label={t('notifyForm.quiet')} none={t('notifyForm.quietNone')} times={quiet} onChange={setQuiet} />
      <span className="cap">{t('notifyForm.quietLife')}</span>
    </Dialog>
  )
}

interface SecretProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly kept: boolean
  readonly text: string
  /** More than one line. */
  readonly rows: number
  readonly wrong: string | null
  readonly onChange: (text: string) => void
}
/** Something that is written and never read again: dots while it is kept, empty to be typed anew. */
function SecretField({ label, hint, kept, text, rows, wrong, onChange }: SecretProps) {
  const { t } = useText()
  if (kept)
    return (
      <Field label={label} wrong={wrong}>
        <span className="row">
          <span className="inp dim">•••••••• {t('notifyForm.kept')}</span>
          <Button aria-label={t('notifyForm.replaceOf', { what: label })} onClick={() => onChange('')}>
            {t('notifyForm.replace')}
          </Button>
        </span>
      </Field>
    )
  const about = {
    className: 'inp mono',
    autoComplete: 'off',
    spellCheck: false,
    maxLength: 4000,
    value: text,
    'aria-label': label,
  }
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {rows > 0 ? (
        <textarea {...about} rows={rows} onChange={event => onChange(event.target.value)} />
      ) : (
        <input {...about} onChange={event => onChange(event.target.value)} />
      )}
    </Field>
  )
}
