import { type ReactNode, useRef, useState } from 'react'
import type { CompanyView, CredentialMade, PersonView, WorksView } from '../../../gateway/http/contract.ts'
import { type CredentialClass, credentialKinds, personKinds } from '../../../rules/access/credential.ts'
import { passesChanged, useDoors } from '../access.ts'
import { newKey, post, useMe } from '../api.ts'
import { plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Note } from './notes.tsx'
import { momentIn } from './OrderFields.tsx'
import { Picture } from './ReportCode.tsx'

/** The forms of people and passes: each makes one thing, once, however often it is pressed. */
interface Close {
  readonly onClose: () => void
}
function useForm<T extends Record<string, string>>(first: T) {
  const key = useRef(newKey())
  const [form, setForm] = useState(first)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (change: Partial<T>) => {
    key.current = newKey()
    setForm({ ...form, ...change })
  }
  const send = async <A,>(path: string, body: object, then: (answer: A) => void) => {
    setBusy(true)
    setError(null)
    try {
      const answer = await post<A>(path, body, key.current)
      await passesChanged()
      then(answer)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const input = (
    field: keyof T & string,
    label: string,
    more: { hint?: string; type?: string; most?: number } = {},
  ) => (
    <Field label={label} hint={more.hint}>
      <input
        className="inp"
        name={field}
        type={more.type ?? 'text'}
        maxLength={more.most ?? 64}
        autoComplete="off"
        value={form[field]}
        onChange={event => set({ [field]: event.target.value } as Partial<T>)}
      />
    </Field>
  )
  const choice = (
    field: keyof T & string,
    label: string,
    options: readonly (readonly [string, string])[],
    hint?: string,
  ) => (
    <Field label={label} hint={hint}>
      <select
        className="inp"
        name={field}
        value={form[field]}
        onChange={event => set({ [field]: event.target.value } as Partial<T>)}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  )
  return { form, set, busy, error, send, input, choice }
}
const words = (text: string): string[] => text.split(/[,，、\s]+/).filter(one => one !== '')
const given = (form: Record<string, string>, ...fields: string[]) =>
  Object.fromEntries(fields.flatMap(field => (form[field]?.trim() ? [[field, form[field].trim()]] : [])))

export function NewPerson({ companies, onClose }: Close & { readonly companies: readonly CompanyView[] }) {
  const { t } = useText()
  const away = useRecordBlock()
  const first = {
    name: '',
    kind: 'contractor',
    company: '',
    trade: '',
    phone: '',
    idNumber: '',
    level: '0',
    roles: '',
    account: '',
  }
  const { form, busy, error, send, input, choice } = useForm(first)
  const body = {
    ...given(form, 'name', 'kind', 'company', 'trade', 'phone', 'account'),
    ...{ level: Number(form.level) || 0, roles: words(form.roles) },
    ...(form.idNumber.trim() === '' ? {} : { idKind: 'id-card', idNumber: form.idNumber.trim() }),
  }
  return (
    <Dialog
      title={t('passes.newPerson')}
      verb={t('passes.addPerson')}
      blocked={away ?? (form.name.trim() === '' ? t('common.lacks', { what: t('passes.name') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send('people', body, onClose)}
      onClose={onClose}
    >
      <div className="two">
        {input('name', t('passes.name'))}
        {choice(
          'kind',
          t('passes.kind'),
          personKinds.map(kind => [kind, t(`personKind.${kind}`)]),
        )}
        {choice('company', t('passes.company'), [
          ['', t('common.none')],
          ...companies.map(c => [c.id, plain(c.name)] as const),
        ])}
        {input('trade', t('passes.trade'))}
        {input('idNumber', t('passes.idNumber'), { hint: t('passes.idHint'), most: 40 })}
        {input('phone', t('passes.phone'), { type: 'tel', most: 32 })}
        {input('level', t('passes.level'), { type: 'number', hint: '0 – 9' })}
        {input('roles', t('passes.roles'), { hint: t('passes.rolesHint'), most: 200 })}
        {input('account', t('passes.account'), { hint: t('passes.accountHint') })}
      </div>
    </Dialog>
  )
}

export function NewCompany({ onClose }: Close) {
  const { t } = useText()
  const away = useRecordBlock()
  const { form, busy, error, send, input } = useForm({ name: '', colour: '#1f6feb', phone: '' })
  return (
    <Dialog
      title={t('passes.newCompany')}
      verb={t('passes.addCompany')}
      blocked={away ?? (form.name.trim() === '' ? t('common.lacks', { what: t('passes.company') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send('companies', { ...given(form, 'name', 'phone'), colour: form.colour }, onClose)}
      onClose={onClose}
    >
      {input('name', t('passes.company'), { most: 100 })}
      <div className="two">
        {input('colour', t('passes.colour'), { type: 'color', hint: t('passes.colourHint') })}
        {input('phone', t('passes.phone'), { type: 'tel', most: 32 })}
      </div>
    </Dialog>
  )
}

export function NewWorks({ companies, onClose }: Close & { readonly companies: readonly CompanyView[] }) {
  const { t } = useText()
  const { site } = useMe()
  const away = useRecordBlock()
  const { form, busy, error, send, input, choice } = useForm({ name: '', company: '', permit: '', permitTo: '' })
  const body = {
    ...given(form, 'name', 'company', 'permit'),
    ...(form.permitTo === '' ? {} : { permitTo: momentIn(form.permitTo, site.timezone) }),
  }
  return (
    <Dialog
      title={t('passes.newWorks')}
      verb={t('passes.addWorks')}
      blocked={away ?? (form.name.trim() === '' ? t('common.lacks', { what: t('passes.worksName') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send('works', body, onClose)}
      onClose={onClose}
    >
      {input('name', t('passes.worksName'), { most: 100 })}
      {choice('company', t('passes.company'), [
        ['', t('common.none')],
        ...companies.map(c => [c.id, plain(c.name)] as const),
      ])}
      <div className="two">
        {input('permit', t('passes.permit'))}
        {input('permitTo', t('passes.permitTo'), { type: 'datetime-local' })}
      </div>
    </Dialog>
  )
}

export function NewPass({
  person,
  works,
  onClose,
}: Close & { readonly person: PersonView; readonly works: readonly WorksView[] }) {
  const { t, of } = useText()
  const { site } = useMe()
  const away = useRecordBlock()
  const levels = useDoors().data?.levels ?? []
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [made, setMade] = useState<CredentialMade | null>(null)
  const first = { class: 'w26', facility: '', number: '', validTo: '', works: '', deposit: '', receipt: '' }
  const { form, busy, error, send, input, choice } = useForm(first)
  const kind = form.class as CredentialClass
  const qr = kind === 'qr-static' || kind === 'qr-dynamic'
  const wiegand = kind === 'w26' || kind === 'w34' || kind === 'w37'
  const body = {
    ...{ person: person.id, class: kind, levels: chosen },
    ...given(form, 'works', 'deposit', 'receipt', ...(qr ? [] : ['number'])),
    ...(wiegand && form.facility !== '' ? { facility: Number(form.facility) } : {}),
    ...(form.validTo === '' ? {} : { validTo: momentIn(form.validTo, site.timezone) }),
  }
  const lacks =
    !qr && form.number === ''
      ? 'passes.number'
      : form.validTo === ''
        ? 'passes.validTo'
        : chosen.length === 0
          ? 'passes.levels'
          : null
  if (made?.link)
    return (
      <Dialog title={t('passes.linkOf', { no: made.no })} onClose={onClose}>
        <Note sort="medium" icon="warn">
          {t('passes.linkOnce')}
        </Note>
        <div className="qr">
          <Picture text={`${location.origin}/pass/${made.link}`} label={t('passes.linkOf', { no: made.no })} />
          <span className="mono cap">{`${location.origin}/pass/${made.link}`}</span>
        </div>
      </Dialog>
    )
  return (
    <Dialog
      title={t('passes.newPass', { name: plain(person.name) })}
      verb={t('passes.askPass')}
      blocked={away ?? (lacks === null ? null : t('common.lacks', { what: t(lacks) }))}
      busy={busy}
      error={error}
      onDo={() => void send<CredentialMade>('credentials', body, answer => (answer.link ? setMade(answer) : onClose()))}
      onClose={onClose}
    >
      <p className="dim">{t('passes.twoPeople')}</p>
      <div className="two">
        {choice(
          'class',
          t('passes.class'),
          credentialKinds.map(one => [one, t(`credentialClass.${one}`)]),
        )}
        {input('validTo', t('passes.validTo'), { type: 'datetime-local' })}
        {wiegand ? input('facility', t('passes.facility'), { type: 'number' }) : null}
        {qr ? null : input('number', t('passes.number'), { most: 40 })}
      </div>
      <Choices label={t('passes.levels')}>
        {levels.map(level => (
          <label key={level.id} className="row">
            <input
              type="checkbox"
              checked={chosen.includes(level.id)}
              onChange={() =>
                setChosen(chosen.includes(level.id) ? chosen.filter(id => id !== level.id) : [...chosen, level.id])
              }
            />
            {of(level.name)}
          </label>
        ))}
        {levels.length === 0 ? <span className="dim">{t('passes.noLevels')}</span> : null}
      </Choices>
      {person.kind === 'contractor' ? (
        <>
          {choice('works', t('passes.works'), [
            ['', t('common.none')],
            ...works.filter(one => one.closedAt === null).map(one => [one.id, `${one.no} ${plain(one.name)}`] as const),
          ])}
          <div className="two">
            {input('deposit', t('passes.deposit'), { hint: t('passes.yuan'), most: 10 })}
            {input('receipt', t('passes.receipt'), { most: 40 })}
          </div>
        </>
      ) : null}
    </Dialog>
  )
}

const Choices = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <fieldset className="col g1">
    <legend>{label}</legend>
    {children}
  </fieldset>
)
