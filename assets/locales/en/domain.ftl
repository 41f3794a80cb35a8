StageDraft = draft
