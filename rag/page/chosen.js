// Runs inside the article chosen from the table (Gradio binds element and trigger).
element.addEventListener('click', (event) => {
  const button = event.target.closest('button.remove');
  if (button && confirm(button.dataset.sure)) trigger('remove', { file: button.dataset.file });
});
