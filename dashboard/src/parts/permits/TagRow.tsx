import { useState } from 'react'
import { Link } from 'wouter'
import type { TagView } from '../../../../gateway/http/contract.ts'
import { may } from '../../../../rules/permission.ts'
import { TAG_TEST_MOST_MIN, type TagAction } from '../../../../rules/tag.ts'
import { post, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { tagsChanged } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Field } from '../Dialog.tsx'
import { Asking } from './Asking.tsx'

/** What this person may do with a tag now; the gateway asks again. */
function offered(tag: TagView, me: string): readonly TagAction[] {
  const same = (name: string) => name.toLowerCase() === me.toLowerCase()
  if (tag.removedAt !== null) return []
  const own: readonly TagAction[] = ['remove', 'verify', ...(tag.test ? [] : (['test'] as const))]
  return [
    ...(same(tag.owner) ? own : []),
    ...(tag.test ? (['end-test'] as const) : []),
    ...(tag.offer && same(tag.offer.to) ? (['take', 'keep'] as const) : []),
    ...(same(tag.owner) ? ([tag.offer ? 'keep' : 'offer'] as const) : []),
    ...(!same(tag.owner) && !tag.removal ? (['ask-removal'] as const) : []),
    ...(tag.removal && !same(tag.removal.by) && !same(tag.owner) ? (['confirm-removal'] as const) : []),
    ...(tag.removal ? (['refuse-removal'] as const) : []),
  ]
}

/** A tag: on what, whose, why, and what its owner, or others without him, do with it. */
export function TagRow({ tag }: { readonly tag: TagView }) {
  const { t, of } = useText()
  const { name, role, site } = useMe()
  const away = useRecordBlock()
  const [doing, setDoing] = useState<TagAction | null>(null)
  const when = (time: string) => formatDay(Date.parse(time), site.timezone)
  const blocked = away ?? (may(role, 'tag.move') ? null : t('tags.blockedRole'))
  return (
    <li className={`dr ${tag.inForce ? 'override' : ''}`} data-tag={tag.no}>
      <div className="row wrap">
        <Link href={`/equipment/${encodeURIComponent(tag.equipment)}`} className="link b">
          {tag.equipmentName ? of(tag.equipmentName) : plain(tag.equipment)}
        </Link>
        <span className={`dr-m ${tag.inForce ? 'override' : 'normal'}`}>
          {t(tag.removedAt !== null ? 'tags.off' : tag.inForce ? 'tags.hangs' : 'tags.lifted')}
        </span>
        <span>{t('tags.of', { name: plain(tag.owner) })}</span>
        <span className="dim">{when(tag.at)}</span>
        <span className="ml mono dim">{tag.no}</span>
      </div>
      <div className="row wrap">
        <span>{plain(tag.reason)}</span>
        {tag.orderNo ? (
          <Link href={`/orders/${encodeURIComponent(tag.order ?? '')}`} className="link mono">
            {tag.orderNo}
          </Link>
        ) : null}
        {tag.permit ? <span className="mono">{plain(tag.permit)}</span> : null}
        {tag.verified === '' ? (
          <span className="q-t">{t('tags.unverified')}</span>
        ) : (
          <span className="dim">{t('tags.verifiedIs', { how: plain(tag.verified) })}</span>
        )}
        {tag.test ? <b>{t('tags.testUntil', { at: when(tag.test.until), why: plain(tag.test.reason) })}</b> : null}
        {tag.offer ? <b>{t('tags.offeredTo', { name: plain(tag.offer.to) })}</b> : null}
        {tag.removal ? (
          <b>
            {t('tags.removalBy', {
              name: plain(tag.removal.by),
              why: plain(tag.removal.reason),
              called: plain(tag.removal.called),
            })}
          </b>
        ) : null}
        {tag.removedAt ? (
          <span className="dim">
            {t('tags.offBy', {
              at: when(tag.removedAt),
              by: [tag.removedBy, tag.removedWith]
                .map(one => plain(one ?? ''))
                .filter(Boolean)
                .join(t('common.listSep')),
            })}
          </span>
        ) : null}
        <span className="ml row wrap">
          {offered(tag, name).map(action => (
            <Button key={action} small blocked={blocked} onClick={() => setDoing(action)}>
              {t(`tagAction.${action}`)}
            </Button>
          ))}
        </span>
      </div>
      {doing ? <MoveTag tag={tag} action={doing} onClose={() => setDoing(null)} /> : null}
    </li>
  )
}

const fields = {
  verify: ['verified'],
  remove: [],
  offer: ['to'],
  take: [],
  keep: [],
  test: ['reason', 'minutes'],
  'end-test': [],
  'ask-removal': ['reason', 'called'],
  'confirm-removal': [],
  'refuse-removal': [],
} as const satisfies Record<TagAction, readonly string[]>

function MoveTag(props: { readonly tag: TagView; readonly action: TagAction; readonly onClose: () => void }) {
  const { tag, action, onClose } = props
  const { t, of } = useText()
  const [form, setForm] = useState({ verified: '', to: '', reason: '', called: '', minutes: String(TAG_TEST_MOST_MIN) })
  const mine: readonly (keyof typeof form)[] = fields[action]
  const lacks = mine.find(field => form[field].trim() === '')
  const send = async () => {
    const body = Object.fromEntries(
      mine.map(field => [field, field === 'minutes' ? Number(form.minutes) || 0 : form[field].trim()]),
    )
    await post(`tags/${tag.id}/${action}`, body)
    await tagsChanged()
  }
  return (
    <Asking
      title={`${t(`tagAction.${action}`)} · ${tag.equipmentName ? of(tag.equipmentName) : tag.equipment}`}
      verb={t(`tagAction.${action}`)}
      blocked={lacks ? t('common.lacks', { what: t(`tags.${lacks}`) }) : null}
      send={send}
      onClose={onClose}
    >
      <p>{t(`tagWhat.${action}`)}</p>
      {mine.map(field => (
        <Field key={field} label={t(`tags.${field}`)}>
          <input
            className="inp"
            name={field}
            inputMode={field === 'minutes' ? 'numeric' : undefined}
            maxLength={200}
            autoComplete="off"
            value={form[field]}
            onChange={event => setForm({ ...form, [field]: event.target.value })}
          />
        </Field>
      ))}
    </Asking>
  )
}
