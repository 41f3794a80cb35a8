StageDraft = 草稿
