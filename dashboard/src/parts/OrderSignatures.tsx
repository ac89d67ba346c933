import { useState } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { missingSigners, type Signer, signable, signers } from '../../../rules/orderwork.ts'
import { queries, useMay, useMe, useSignatureNames } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Part } from './OrderPart.tsx'
import { SignPad } from './SignPad.tsx'
import { useOrderPost } from './useOrderPost.ts'

interface Props {
  readonly order: WorkorderView
}
/** Whose signature an order still needs before it can be closed. */
export const missingOf = (order: WorkorderView): readonly Signer[] =>
  missingSigners({
    signs: order.signs,
    signatures: order.signatures.filter(s => s.stands) as never,
    reopenedAt: null,
  })

/** The crew's signature and the acceptance of whoever waited for it [F10: 维修人员签名, 业主意见]. */
export function Signatures({ order }: Props) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const may = useMay('workorder.work')
  const sees = useMay('report.read')
  const names = useSignatureNames(order.id, sees && order.signatures.length > 0).data ?? []
  const [open, setOpen] = useState(false)
  const missing = missingOf(order)
  const begun = order.phase === 'arrived' || order.phase === 'fixed' || order.phase === 'verified'
  if (!begun && order.signatures.length === 0 && order.signs.length === 0) return null
  const at = (time: string) => formatWhen(Date.parse(time), serverNow(), lang, zone)
  return (
    <Part title={t('orderWork.signatures')}>
      {order.signatures.length === 0 ? <span className="dim">{t('orderWork.noSignatures')}</span> : null}
      {missing.length > 0 ? (
        <b>{t('orderWork.mustSign', { who: missing.map(one => t(`signer.${one}`)).join(t('common.listSep')) })}</b>
      ) : null}
      <ul className="exl">
        {order.signatures.map(s => {
          const name = names.find(n => n.id === s.id)?.name ?? ''
          const away = s.deviceAt === null ? 0 : Math.abs(Date.parse(s.deviceAt) - Date.parse(s.at))
          return (
            <li key={s.id} className={s.stands ? '' : 'dim'}>
              <time dateTime={s.at}>{at(s.at)}</time>
              <span>
                {t(`signer.${s.who}`)} <bdi>{plain(name)}</bdi>
                <span className="cap">
                  {' '}
                  {t(`signing.${s.how}`)}
                  {s.how === 'link' || s.by === name ? '' : ` · ${t('orderWork.signedFor', { by: plain(s.by) })}`}
                  {away > 120_000 && s.deviceAt ? ` · ${t('orderWork.deviceClock', { time: at(s.deviceAt) })}` : ''}
                  {s.stands ? '' : ` · ${t('orderWork.passed')}`}
                </span>
                {s.hash && sees ? <SignPicture order={order} id={s.id} who={s.who} /> : null}
              </span>
            </li>
          )
        })}
      </ul>
      {may && begun ? (
        <div>
          <Button small icon="plus" blocked={away} onClick={() => setOpen(true)}>
            {t('orderWork.sign')}
          </Button>
        </div>
      ) : null}
      {open ? <SignDialog order={order} onClose={() => setOpen(false)} /> : null}
    </Part>
  )
}

export function SignPicture(props: {
  readonly order: Pick<WorkorderView, 'id'>
  readonly id: string
  readonly who: Signer
}) {
  const { t } = useText()
  const { order, id, who } = props
  return (
    <img
      className="signed"
      src={`/api/v1/workorders/${encodeURIComponent(order.id)}/signatures/${encodeURIComponent(id)}`}
      alt={t('orderWork.picture', { who: t(`signer.${who}`) })}
    />
  )
}

function SignDialog({ order, onClose }: Props & { readonly onClose: () => void }) {
  const { t } = useText()
  const me = useMe()
  const away = useRecordBlock()
  const { busy, error, send } = useOrderPost(order)
  const [who, setWho] = useState<Signer>(missingOf(order)[0] ?? (order.phase === 'arrived' ? 'worker' : 'requester'))
  const [how, setHow] = useState<'drawn' | 'named'>('drawn')
  const [name, setName] = useState('')
  const [image, setImage] = useState<string | null>(null)
  const refused = signable(order, { who, how, by: me.name })
  const lacks =
    refused === 'no-such-move'
      ? t('orderWork.notNow')
      : refused === 'sign-own'
        ? t('orderWork.ownName')
        : how === 'drawn' && image === null
          ? t('orderWork.drawFirst')
          : null
  const sign = async () => {
    const drawn = how === 'drawn' && image !== null ? { image } : {}
    const body = { who, name: name.trim(), deviceAt: new Date().toISOString(), ...drawn }
    if (!(await send('signatures', body))) return
    void queries.invalidateQueries({ queryKey: ['signatures', order.id] })
    onClose()
  }
  return (
    <Dialog
      title={t('orderWork.signTitle', { who: t(`signer.${who}`), no: order.no })}
      verb={t('orderWork.sign')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void sign()}
      onClose={onClose}
    >
      <div className="two">
        <Field label={t('orderWork.who')}>
          <select className="inp" value={who} onChange={event => setWho(event.target.value as Signer)}>
            {signers.map(one => (
              <option key={one} value={one}>
                {t(`signer.${one}`)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={t('orderWork.how')}>
          <select className="inp" value={how} onChange={event => setHow(event.target.value as 'drawn' | 'named')}>
            <option value="drawn">{t('orderWork.byHand')}</option>
            <option value="named">{t('orderWork.byName')}</option>
          </select>
        </Field>
      </div>
      <Field label={t('orderWork.name')} hint={t('intake.optional')}>
        <input
          className="inp"
          maxLength={64}
          value={name}
          placeholder={who === 'worker' || how === 'named' ? me.name : ''}
          onChange={event => setName(event.target.value)}
        />
      </Field>
      {how === 'drawn' ? <SignPad onChange={setImage} /> : null}
    </Dialog>
  )
}
