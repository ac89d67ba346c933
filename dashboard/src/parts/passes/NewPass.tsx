import { type ReactNode, useState } from 'react'
import type { CredentialMade, PersonView, WorksView } from '../../../../gateway/http/contract.ts'
import { type CredentialClass, credentialKinds } from '../../../../rules/access/credential.ts'
import { useDoors } from '../../access.ts'
import { useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { useRecordBlock } from '../Button.tsx'
import { Dialog } from '../Dialog.tsx'
import { Note } from '../notes.tsx'
import { momentIn } from '../OrderFields.tsx'
import { Picture } from '../ReportCode.tsx'
import { type Close, given, useForm } from './form.tsx'

/** A card, a code or a plate for somebody: asked for here, approved by somebody else. */
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
  const first = {
    ...{ class: 'w26', facility: '', number: '', validTo: '', works: '', deposit: '', receipt: '' },
    ...{ bay: '', plate: '', agreement: '', fee: '' },
  }
  const { form, busy, error, send, input, choice } = useForm(first)
  const kind = form.class as CredentialClass
  const qr = kind === 'qr-static' || kind === 'qr-dynamic'
  const parking = kind === 'parking'
  const wiegand = kind === 'w26' || kind === 'w34' || kind === 'w37'
  const body = {
    ...{ person: person.id, class: kind, levels: chosen },
    ...given(form, 'works', 'deposit', ...(parking ? [] : ['receipt']), ...(qr ? [] : ['number'])),
    ...(parking ? { lease: given(form, 'bay', 'plate', 'agreement', 'fee', 'receipt') } : {}),
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
          : parking && form.plate === ''
            ? 'passes.plate'
            : parking && form.agreement === ''
              ? 'passes.agreement'
              : parking && form.fee === ''
                ? 'passes.fee'
                : parking && form.receipt === ''
                  ? 'passes.receipt'
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
      {parking ? (
        <div className="two">
          {input('agreement', t('passes.agreement'))}
          {input('plate', t('passes.plate'), { most: 16 })}
          {input('bay', t('passes.bay'), { most: 32 })}
          {input('fee', t('passes.fee'), { hint: t('passes.yuan'), most: 10 })}
          {input('receipt', t('passes.receipt'), { most: 40 })}
        </div>
      ) : null}
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
