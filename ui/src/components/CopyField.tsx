import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import './copy.css'

/** A button that copies, and says for a moment that it has. */
export function CopyButton({ text, label, size = 'small' }: { text: string; label?: string; size?: 'small' | 'medium' }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1600)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <Button
      size={size}
      icon={copied ? <CheckOutlined /> : <CopyOutlined />}
      onClick={() => void copyText(text).then(setCopied)}
      aria-label={label ? `${t('actions.copy')}: ${label}` : undefined}
    >
      <span aria-live="polite">{t(copied ? 'actions.copied' : 'actions.copy')}</span>
    </Button>
  )
}

/** A value to be copied: a key, an address. */
export function CopyField({ text, label }: { text: string; label: string }) {
  return <span className="weir-copy-field"><code>{text}</code><CopyButton text={text} label={label} /></span>
}

/** Copies; pages served over plain HTTP from another machine have no clipboard, there a hidden field helps. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.style.position = 'fixed'
    area.style.opacity = '0'
    document.body.append(area)
    area.select()
    const done = document.execCommand?.('copy') ?? false
    area.remove()
    return done
  }
}
