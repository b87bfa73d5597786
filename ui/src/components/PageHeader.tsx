import { QuestionCircleOutlined } from '@ant-design/icons'
import { Button, Popover } from 'antd'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export interface PageHeaderProps {
  /** The page's name; also the browser tab's. */
  title: string
  /** What the page answers, in one sentence. */
  question?: ReactNode
  /** What its numbers mean, behind the «?». */
  help?: ReactNode
  /** One primary action, and what belongs beside it. */
  actions?: ReactNode
}

/** The head of every page. */
export function PageHeader({ title, question, help, actions }: PageHeaderProps) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} · ${t('product')}`
  }, [title, t])
  return (
    <header className="weir-page-header">
      <div className="weir-page-header-text">
        <h1>
          {title}
          {help && (
            <Popover content={<div className="weir-help">{help}</div>} trigger={['click']} placement="bottomLeft">
              <Button type="text" size="small" icon={<QuestionCircleOutlined />} aria-label={t('actions.showHelp')} />
            </Popover>
          )}
        </h1>
        {question && <p>{question}</p>}
      </div>
      {actions && <div className="weir-page-header-actions">{actions}</div>}
    </header>
  )
}
