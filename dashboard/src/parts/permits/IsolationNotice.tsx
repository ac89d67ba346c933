import { useState } from 'react'
import type { PermitView } from '../../../../gateway/http/contract.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'

/** The notice of isolated detectors to the insurer and the fire authority, in both languages: to be copied, or printed with the sheet. */
export function IsolationNotice({ permit: p }: { readonly permit: PermitView }) {
  const { t } = useText()
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null)
  if (!p.notice) return null
  const both = `${p.notice['zh-CN']}\n\n${p.notice.en}`
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(both)
      setCopied('yes')
    } catch {
      setCopied('no')
    }
  }
  return (
    <section className="col g2" aria-label={t('permits.notice')}>
      <div className="row wrap">
        <h3>{t('permits.notice')}</h3>
        <span className="ml row wrap rp-x">
          {copied ? <span role="status">{t(copied === 'yes' ? 'permits.copied' : 'permits.notCopied')}</span> : null}
          <Button small onClick={() => void copy()}>
            {t('permits.copy')}
          </Button>
        </span>
      </div>
      {(['zh-CN', 'en'] as const).map(lang => (
        <p key={lang} className="pm-n" lang={lang}>
          {p.notice?.[lang]}
        </p>
      ))}
    </section>
  )
}
