// Runs inside the example questions (Gradio binds element and trigger).
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-number]');
  if (button) trigger('pick', { number: Number(button.dataset.number) });
});
