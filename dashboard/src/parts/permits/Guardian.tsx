import { useState } from 'react'
import type { PermitView } from '../../../../gateway/http/contract.ts'
import { mayOfferGuard } from '../../../../rules/permit/guard.ts'
import { post, useMay, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { permitsChanged } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Field } from '../Dialog.tsx'
import { Asking } from './Asking.tsx'

/** That another takes the watch over: offered by the guardian or a manager, taken by the new one himself. */
export function Guardian({ permit: p }: { readonly permit: PermitView }) {
  const { t } = useText()
  const { name, role, site } = useMe()
  const away = useRecordBlock()
  const mayCheck = useMay('permit.check')
  const [doing, setDoing] = useState<'offer' | 'take' | null>(null)
  const offer = p.guardianOffer
  const last = p.guardians.at(-1)
  const offers = mayCheck && mayOfferGuard(p, { name, role })
  const takes = offer !== null && offer.to.toLowerCase() === name.toLowerCase()
  if (!offers && !offer && !last) return null
  return (
    <div className="row wrap">
      {last ? (
        <span>
          {t('permits.guardChanged', {
            ...{ from: plain(last.from), to: plain(last.to) },
            at: formatDay(Date.parse(last.at), site.timezone),
          })}
        </span>
      ) : null}
      {offer ? <b>{t('permits.guardOffered', { name: plain(offer.to), why: plain(offer.reason) })}</b> : null}
      <span className="ml row wrap">
        {takes ? (
          <Button small primary blocked={away} onClick={() => setDoing('take')}>
            {t('permits.guardTake')}
          </Button>
        ) : null}
        {offers ? (
          <Button small blocked={away} onClick={() => setDoing('offer')}>
            {t('permits.guard')}
          </Button>
        ) : null}
      </span>
      {doing === 'offer' ? <Offer permit={p} onClose={() => setDoing(null)} /> : null}
      {doing === 'take' ? (
        <Asking
          title={`${t('permits.guardTake')} · ${p.no}`}
          verb={t('permits.guardTake')}
          send={async () => {
            await post(`permits/${p.id}/guardian/take`, {})
            await permitsChanged()
          }}
          onClose={() => setDoing(null)}
        >
          <p>{t('permits.guardTakeWhat', { name: plain(p.guardian) })}</p>
        </Asking>
      ) : null}
    </div>
  )
}

function Offer({ permit: p, onClose }: { readonly permit: PermitView; readonly onClose: () => void }) {
  const { t } = useText()
  const [form, setForm] = useState({ to: '', phone: '', reason: '' })
  const lacks = form.to.trim() === '' ? t('permits.guardTo') : form.reason.trim() === '' ? t('common.reason') : null
  const fields = {
    to: [t('permits.guardTo'), 64],
    phone: [t('permits.guardianPhone'), 32],
    reason: [t('common.reason'), 200],
  } as const
  return (
    <Asking
      title={`${t('permits.guard')} · ${p.no}`}
      verb={t('permits.guard')}
      blocked={lacks === null ? null : t('common.lacks', { what: lacks })}
      send={async () => {
        await post(`permits/${p.id}/guardian`, form)
        await permitsChanged()
      }}
      onClose={onClose}
    >
      <p>{t('permits.guardWhat', { name: plain(p.guardian) })}</p>
      {(['to', 'phone', 'reason'] as const).map(field => (
        <Field key={field} label={fields[field][0]} hint={field === 'to' ? t('permits.guardianHint') : undefined}>
          <input
            className="inp"
            name={field}
            type={field === 'phone' ? 'tel' : 'text'}
            maxLength={fields[field][1]}
            value={form[field]}
            onChange={event => setForm({ ...form, [field]: event.target.value })}
          />
        </Field>
      ))}
    </Asking>
  )
}
