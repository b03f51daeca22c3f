// Runs inside the suggested questions (Gradio binds element and trigger).
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) trigger('select', { question: button.textContent });
});
