import type { CompanyView } from '../../../gateway/http/contract.ts'
import { personKinds } from '../../../rules/access/credential.ts'
import { rolesOfLine } from '../../../rules/access/personrole.ts'
import { useMe } from '../api.ts'
import { plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { useRecordBlock } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { momentIn } from './OrderFields.tsx'
import { type Close, given, useForm } from './passes/form.tsx'

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
    ...{ level: Number(form.level) || 0, roles: rolesOfLine(form.roles) },
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
