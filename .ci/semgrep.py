# What the rules of semgrep.yml must find (semgrep --test): each ruleid stands over a line that its rule catches.
def edges(request, queryset, task, app):
    # ruleid: no-markup-from-strings
    mark_safe("<b>" + request.GET["q"])
    # ruleid: no-task-outside-the-outbox
    task.delay(1)
    # ruleid: no-task-outside-the-outbox
    app.send_task("x")
    # ruleid: no-user-words-in-keywords
    queryset.filter(**request.GET)
    # ruleid: no-loading-of-code
    eval(request.body)
    # ruleid: no-unscoped-content-in-edges
    Report.objects
    # ok: no-unscoped-content-in-edges
    Country.objects


class Meta:
    # ruleid: no-all-fields
    fields = "__all__"
