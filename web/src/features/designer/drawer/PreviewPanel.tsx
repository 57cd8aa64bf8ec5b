export default function PreviewPanel() {
  return null
}
